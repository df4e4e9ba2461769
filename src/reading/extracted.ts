import { isDeepStrictEqual } from 'node:util';
import { codeKey } from '../engine/codes.ts';
import { isObject, objectsIn, type Resource } from '../fhir/resource.ts';
import { codingsOf } from './known.ts';

/**
 * Observations that an extraction has written for answers before. One that says the same of the
 * same time stands for its answer, and so does what people have corrected since. Beside another
 * one the answer stands as well: nothing says which of the two is right.
 */
export class Extracted {
  /** Those that answers stand in for: they hold none themselves. */
  readonly replaced = new Set<Resource>();
  readonly #byKey: ReadonlyMap<string, readonly Resource[]>;

  constructor(resources: readonly Resource[]) {
    const keyed = resources.flatMap((one) => extractedKeys(one).map((key) => ({ key, one })));
    const byKey = Map.groupBy(keyed, ({ key }) => key);
    this.#byKey = new Map([...byKey].map(([key, found]) => [key, found.map(({ one }) => one)]));
  }

  /** True for the answer of a response that no Observation stands for. */
  isNew(answer: Resource, response: Resource): boolean {
    const stored = this.#storedAs(answer);
    const kind = kindOfValue(answer);
    const alike = stored.filter((one) => kindOfValue(one) === kind);
    if (alike.some((one) => saysTheSame(one, answer) || isCorrectionOf(response, one)))
      return false;
    // Some extractions leave out where on the body was asked; what nobody corrected says no more.
    const bare = this.#storedAs({ ...answer, bodySite: undefined }).filter(isUncorrected);
    const bodySite = answer['bodySite'] === undefined ? [] : bare;
    // One without a value of the kind that was asked for says nothing.
    for (const one of [...stored, ...bodySite]) if (!alike.includes(one)) this.replaced.add(one);
    return true;
  }

  #storedAs(answer: Resource): Resource[] {
    return extractedKeys(answer).flatMap((key) => this.#byKey.get(key) ?? []);
  }
}

function saysTheSame(stored: Resource, answer: Resource): boolean {
  const isSame = (element: string): boolean => isDeepStrictEqual(stored[element], answer[element]);
  return isSame(elementOfValue(answer) ?? '') && isSame('effectiveDateTime');
}

/** True for what people have changed or withdrawn, unless it was extracted from another version of the response. */
function isCorrectionOf(response: Resource, stored: Resource): boolean {
  if (!CORRECTED.has(String(stored['status']))) return false;
  const versions = objectsIn(stored['derivedFrom']).flatMap(({ reference }) => {
    const [, id, version] = FROM_RESPONSE.exec(String(reference)) ?? [];
    return id === response.id && version !== undefined ? [version] : [];
  });
  const { meta, status } = response;
  const current = isObject(meta) ? meta['versionId'] : undefined;
  // An amended response has an earlier version, which may be the one that is named.
  const isCurrent = (version: string): boolean =>
    current === undefined ? status !== 'amended' : version === current;
  return versions.every(isCurrent);
}

const CORRECTED: ReadonlySet<string> = new Set([
  'amended',
  'corrected',
  'cancelled',
  'entered-in-error',
]);

function isUncorrected({ status }: Resource): boolean {
  return status === 'final' || status === 'preliminary' || status === 'registered';
}

function elementOfValue(observation: Resource): string | undefined {
  return Object.keys(observation).find((name) => /^value[A-Z]/.test(name));
}

/** The element of the value, and how JSON has what is in it: some extractions write numbers as texts. */
function kindOfValue(observation: Resource): string {
  const element = elementOfValue(observation);
  if (element === undefined) return '';
  const value = observation[element];
  return `${element} ${typeof value} ${isObject(value) ? typeof value['value'] : ''}`;
}

const FROM_RESPONSE = /(?:^|\/)QuestionnaireResponse\/([^/]+)(?:\/_history\/([^/]+))?/;

/** What an Observation says of which answer it is: the response, its own codes and its body site. */
function extractedKeys(resource: Resource): string[] {
  if (resource.resourceType !== 'Observation') return [];
  const derivedFrom = objectsIn(resource['derivedFrom']);
  if (derivedFrom.length === 0) return [];
  const bodySite = codingsOf(resource['bodySite']).map(codeKey).toSorted().join(' ');
  return derivedFrom.flatMap(({ reference }) => {
    const [, id] = FROM_RESPONSE.exec(String(reference)) ?? [];
    if (id === undefined) return [];
    return codingsOf(resource['code']).map((coding) => `${id} ${codeKey(coding)} ${bodySite}`);
  });
}
