import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { NerverootError } from '../errors.ts';
import type { Resource } from '../fhir/resource.ts';
import { resourcesOfBundle } from '../patient-data/compose-request.ts';

/** The resources in a file: a FHIR Bundle or one resource, JSON or gzipped JSON. */
export function readResources(file: string): Resource[] {
  let bytes: Buffer;
  try {
    bytes = readFileSync(file);
  } catch (cause) {
    throw new NerverootError('InvalidInput', `Cannot read ${file}`, { cause });
  }
  let json: unknown;
  try {
    json = JSON.parse(
      unzip(bytes, file)
        .toString('utf8')
        .replace(/^\uFEFF/, ''),
    );
  } catch (error) {
    if (error instanceof NerverootError) throw error;
    throw new NerverootError('InvalidInput', `${file} is not valid JSON`); // the cause would quote it
  }
  return resourcesOfBundle(json);
}

function unzip(bytes: Buffer, file: string): Buffer {
  const zipped = bytes[0] === 0x1f && bytes[1] === 0x8b;
  try {
    return zipped ? gunzipSync(bytes) : bytes;
  } catch (cause) {
    throw new NerverootError('InvalidInput', `${file} is not whole: it cannot be unzipped`, {
      cause,
    });
  }
}
