import { isResource, objectsIn, referenceTo, type Resource } from '../fhir/resource.ts';

/** What a part has from the whole: whose, when, and how surely. */
const SHARED = [
  'status',
  'category',
  'subject',
  'focus',
  'encounter',
  'effectiveDateTime',
  'effectivePeriod',
  'effectiveInstant',
  'issued',
  'bodySite',
];

const NONE: readonly Resource[] = [];

/**
 * What a panel holds inside, each as an Observation of its own: its components, and its members
 * that it contains. Members elsewhere are resources of their own.
 *
 * @see https://hl7.org/fhir/R4/observation.html#obsgrouping
 */
export function partsOf(panel: Resource): readonly Resource[] {
  const { resourceType, component, hasMember } = panel;
  if (resourceType !== 'Observation') return NONE;
  if (component === undefined && hasMember === undefined) return NONE;
  const components = objectsIn(panel['component']);
  const members = objectsIn(panel['hasMember']).flatMap(({ reference }) =>
    objectsIn(panel['contained']).filter(
      (one) => isResource(one) && one.resourceType === 'Observation' && `#${one.id}` === reference,
    ),
  );
  if (components.length + members.length === 0) return NONE;
  const shared = Object.fromEntries(
    SHARED.filter((element) => panel[element] !== undefined).map((name) => [name, panel[name]]),
  );
  const derivedFrom = [{ reference: referenceTo(panel) ?? 'Observation/without id' }];
  return [...components, ...members].map(({ id: _inside, ...part }) => ({
    ...shared,
    ...part,
    resourceType: 'Observation',
    derivedFrom,
  }));
}
