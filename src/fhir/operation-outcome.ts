import type { OperationOutcome, OperationOutcomeIssue } from 'fhir/r4.js';
import { isObject } from './resource.ts';

/** Builds an OperationOutcome with one issue. @see https://hl7.org/fhir/R4/operationoutcome.html */
export function operationOutcome(
  code: OperationOutcomeIssue['code'],
  diagnostics: string,
  expression?: string,
): OperationOutcome {
  return {
    resourceType: 'OperationOutcome',
    issue: [
      {
        severity: 'error',
        code,
        diagnostics,
        ...(expression === undefined ? {} : { expression: [expression] }),
      },
    ],
  };
}

/** Of issues, those by which not everything was returned, whatever their severity. */
const IN_PART: ReadonlySet<unknown> = new Set([
  'suppressed',
  'incomplete',
  'throttled',
  'too-costly',
  'timeout',
]);

/**
 * True when an outcome says that something went wrong or was left out, and not only that nothing
 * was found.
 *
 * @see https://hl7.org/fhir/R4/valueset-issue-type.html
 */
export function isFailure(outcome: unknown): boolean {
  const issues = (outcome as Partial<OperationOutcome>).issue; // checked below: it came from outside
  return (
    !Array.isArray(issues) ||
    issues.some(
      (issue) =>
        issue?.severity === 'error' || issue?.severity === 'fatal' || IN_PART.has(issue?.code),
    )
  );
}

/** What an OperationOutcome says of its first issue, on one line of bearable length. */
export function outcomeWords(outcome: unknown): string | undefined {
  const issues = isObject(outcome) ? outcome['issue'] : undefined;
  const issue: unknown = Array.isArray(issues) ? issues[0] : undefined;
  if (!isObject(issue)) return undefined;
  const details = isObject(issue['details']) ? issue['details']['text'] : undefined;
  // In diagnostics some servers write a message, and others a log of their own.
  const words = details ?? issue['diagnostics'];
  return typeof words === 'string' ? words.replaceAll(/\s+/g, ' ').slice(0, 300) : undefined;
}
