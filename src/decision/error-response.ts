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
  UnknownService: [404, 'not-found'],
  NotFound: [404, 'not-found'],
  MethodNotAllowed: [405, 'not-supported'],
  MissingData: [412, 'incomplete'],
  BodyTooLarge: [413, 'too-long'],
  UnsupportedMediaType: [415, 'not-supported'],
  EvaluationFailed: [500, 'exception'],
  InvalidConfiguration: [500, 'exception'],
  InvalidContent: [503, 'transient'],
  InternalError: [500, 'exception'],
};

/** Status and body for a failure. Only our own messages are shown; others may hold data. */
export function describeError(error: NerverootError): { status: number; body: OperationOutcome } {
  const [status, issue] = STATUS[error.code];
  const hidden = error.code === 'InvalidContent' || error.code === 'InvalidConfiguration';
  const message = hidden
    ? 'The service cannot answer at the moment; its log says why'
    : error.message;
  return { status, body: operationOutcome(issue, message, error.path) };
}
