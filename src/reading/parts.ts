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
 * What a panel or a report holds inside, each as an Observation of its own: the components, and
 * the members or results that it contains. Those elsewhere are resources of their own.
 *
 * @see https://hl7.org/fhir/R4/observation.html#obsgrouping
 * @see https://hl7.org/fhir/R4/diagnosticreport-definitions.html#DiagnosticReport.result
 */
export function partsOf(panel: Resource): readonly Resource[] {
  const isReport = panel.resourceType === 'DiagnosticReport';
  if (!isReport && panel.resourceType !== 'Observation') return NONE;
  const inside = panel[isReport ? 'result' : 'hasMember'];
  const component = isReport ? undefined : panel['component'];
  if (inside === undefined && component === undefined) return NONE;
  const components = objectsIn(component);
  const members = objectsIn(inside).flatMap(({ reference }) =>
    objectsIn(panel['contained']).filter(
      (one) => isResource(one) && one.resourceType === 'Observation' && `#${one.id}` === reference,
    ),
  );
  if (components.length + members.length === 0) return NONE;
  // Reports are sorted in other kinds than what they report.
  const isShared = (element: string): boolean =>
    panel[element] !== undefined && !(isReport && element === 'category');
  const shared = Object.fromEntries(SHARED.filter(isShared).map((name) => [name, panel[name]]));
  const derivedFrom = [{ reference: referenceTo(panel) ?? `${panel.resourceType}/without id` }];
  return [...components, ...members].map(({ id: _inside, ...part }) => ({
    ...shared,
    ...part,
    resourceType: 'Observation',
    derivedFrom,
  }));
}
