import { isObject, objectsIn, type JsonObject, type Resource } from '../fhir/resource.ts';
import { codingsOf, type KnownCodes } from './known.ts';

/** What an Observation says, in whichever element. */
const SAYS = /^(?:value[A-Z]|component$|interpretation$|hasMember$)/;

/**
 * An Observation that rules cannot read, as they are to see it: asked, and the answer not known. So
 * an older answer does not stand in its place, and nothing is taken from what it may say.
 */
export function withoutAnswer(
  observation: Resource,
  mayBe: readonly string[],
  known: KnownCodes,
): Resource {
  const kept = Object.entries(observation).filter(([element]) => !SAYS.test(element));
  const code = isObject(observation['code']) ? observation['code'] : {};
  const own = objectsIn(code['coding']);
  const there = new Set(known.valueSetsWith(codingsOf(code)));
  const added = mayBe.flatMap((url) => (there.has(url) ? [] : (known.codeOf(url) ?? [])));
  return {
    ...Object.fromEntries(kept),
    resourceType: 'Observation',
    code: { ...code, coding: [...own, ...added] },
  };
}

/**
 * True where a value stands beside another one, or beside a reason why there is none.
 *
 * @see https://hl7.org/fhir/R4/observation.html#invs, obs-6
 */
export function isOfTwoMinds(observation: Resource): boolean {
  if (observation.resourceType !== 'Observation') return false;
  let values = observation['dataAbsentReason'] === undefined ? 0 : 1;
  for (const element in observation) if (/^value[A-Z]/.test(element)) values += 1;
  return values > 1;
}

/** True for a value that no living body has, by the ranges of what it is asked for. */
export function isImplausible(
  observation: Resource,
  valueSets: readonly string[],
  known: KnownCodes,
): boolean {
  const { valueInteger, valueQuantity } = observation;
  const quantity = isObject(valueQuantity) ? valueQuantity : { value: valueInteger };
  return valueSets.some((url) =>
    (known.ranges.get(url) ?? []).some(({ unit, min, max }) => {
      const value = numberIn(quantity, unit, known);
      return value !== undefined && (value < min || value > max);
    }),
  );
}

/** A quantity's number in a unit; one that has no unit is a plain number, of the unit `1`. */
function numberIn(quantity: JsonObject, unit: string, known: KnownCodes): number | undefined {
  const { value, unit: written, code } = quantity;
  const isPlain = unit === '1' && written === undefined && code === undefined;
  return isPlain && typeof value === 'number' ? value : known.convert(quantity, unit);
}
