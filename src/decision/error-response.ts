import type { OperationOutcome, OperationOutcomeIssue } from 'fhir/r4.js';
import { NerverootError, type ErrorCode } from '../errors.ts';
import { operationOutcome } from '../fhir/operation-outcome.ts';

type IssueCode = OperationOutcomeIssue['code'];

/** The one table of HTTP status by error code. @see https://cds-hooks.hl7.org/STU2/#http-status-codes */
const STATUS: Readonly<Record<ErrorCode, readonly [status: number, issue: IssueCode]>> = {
  InvalidJson: [400, 'structure'],
  InvalidRequest: [400, 'invalid'],
  InvalidInput: [400, 'invalid'],
  HookMismatch: [400, 'invalid'],
  PatientMismatch: [400, 'security'],
  InsecureTransport: [403, 'security'],
  // Nobody reads this one.
  HungUp: [408, 'timeout'],
  UnknownService: [404, 'not-found'],
  NotFound: [404, 'not-found'],
  MethodNotAllowed: [405, 'not-supported'],
  MissingData: [412, 'incomplete'],
  BodyTooLarge: [413, 'too-long'],
  UnsupportedMediaType: [415, 'not-supported'],
  EvaluationFailed: [500, 'exception'],
  InvalidConfiguration: [500, 'exception'],
  InvalidContent: [503, 'transient'],
  Overloaded: [503, 'throttled'],
  TooSlow: [503, 'timeout'],
  InternalError: [500, 'exception'],
};

/** A failure as plain data, which pass from thread to thread; no word of it comes from a patient's data. */
export interface Failure {
  readonly code: ErrorCode;
  readonly message: string;
  readonly path: string | undefined;
  /** The lines of code that it came through. */
  readonly where: readonly string[] | undefined;
}

/** What is told of an error; of one that is not our own, nothing but where it came from. */
export function failureOf(error: unknown): Failure {
  const known =
    error instanceof NerverootError
      ? error
      : new NerverootError('InternalError', 'The service failed; its log says where', {
          cause: error,
        });
  const cause = known.cause instanceof Error ? known.cause : undefined;
  return { code: known.code, message: known.message, path: known.path, where: placeOf(cause) };
}

/** The lines of our code a failure came through; the message itself may hold data. */
function placeOf(cause: Error | undefined): string[] | undefined {
  return cause?.stack
    ?.replace(cause.message, '')
    .split('\n')
    .filter((line) => /^ +at .+:\d+:\d+\)?$/.test(line))
    .slice(0, 6)
    .map((line) => line.trim());
}

/** Status and body for a failure. */
export function describeFailure({ code, message, path }: Failure): {
  status: number;
  body: OperationOutcome;
} {
  const [status, issue] = STATUS[code];
  const hidden = code === 'InvalidContent' || code === 'InvalidConfiguration';
  const shown = hidden ? 'The service cannot answer at the moment; its log says why' : message;
  return { status, body: operationOutcome(issue, shown, path) };
}
