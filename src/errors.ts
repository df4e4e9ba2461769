/**
 * The one error class. Every failure the service can name has a code here; the
 * HTTP status and the exit code are decided from the code, in one place each.
 */
export type ErrorCode =
  // the caller's request
  | 'InvalidJson'
  | 'InvalidRequest'
  | 'HookMismatch'
  | 'PatientMismatch'
  | 'UnknownService'
  | 'NotFound'
  | 'MethodNotAllowed'
  | 'UnsupportedMediaType'
  | 'BodyTooLarge'
  | 'InsecureTransport'
  | 'HungUp'
  // the data behind the request
  | 'MissingData'
  // what the operator wrote
  | 'InvalidConfiguration'
  | 'InvalidContent'
  | 'InvalidInput'
  // what went wrong in here
  | 'Overloaded'
  | 'TooSlow'
  | 'EvaluationFailed'
  | 'InternalError';

/**
 * A failure with a code, and a message that names the thing and the remedy.
 * Messages never carry patient data: names of fields, keys, types and files only.
 */
export class NerverootError extends Error {
  override readonly name = 'NerverootError';
  readonly code: ErrorCode;
  /** Where in the request or file, as a FHIRPath-like expression (`context.patientId`). */
  readonly path: string | undefined;

  constructor(code: ErrorCode, message: string, options: { cause?: unknown; path?: string } = {}) {
    super(message, options.cause === undefined ? {} : { cause: options.cause });
    this.code = code;
    this.path = options.path;
  }
}

/** What ends a call that nobody waits for. */
export function hungUpError(): NerverootError {
  return new NerverootError('HungUp', 'The caller hung up before the answer was there');
}
