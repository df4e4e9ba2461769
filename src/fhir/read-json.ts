import { NerverootError } from '../errors.ts';
import { DEPTH_LIMIT, makeSafe } from './json-depth.ts';

/**
 * Reads the bytes of a body as JSON in UTF-8, without keys of the prototype. Throws
 * InvalidJson when they are none, or are nested too deep to be walked.
 */
export function readJson(bytes: Uint8Array): unknown {
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    // The parser's own words quote the body.
    throw new NerverootError('InvalidJson', 'The body is not valid JSON');
  }
  if (makeSafe(json)) return json;
  const message = `The body is nested deeper than ${DEPTH_LIMIT} levels`;
  throw new NerverootError('InvalidJson', message);
}
