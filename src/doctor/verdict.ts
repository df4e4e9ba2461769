import { MAX_PAGES } from '../decision/fhir-access.ts';
import type { Examination } from './examine.ts';
import type { Outcome } from './outcome.ts';
import { searchParametersOf, type TriedSearch } from './try-search.ts';

/** What became of a read or search, in words. */
export function verdictOf(search: TriedSearch, examination: Examination): string {
  const words = VERDICTS[search.outcome];
  const verdict = typeof words === 'string' ? words : words(search, examination);
  const time = search.pages === 0 ? '' : `, ${search.ms} ms`;
  const late = search.slow ? `, and a call has ${examination.budgetMs} ms` : '';
  return `${verdict}${time}${late}`;
}

type Verdict = string | ((search: TriedSearch, examination: Examination) => string);

const VERDICTS: Readonly<Record<Outcome, Verdict>> = {
  works: ({ slow, census, pages }, { server }) => {
    const isPerson = server.patientId !== undefined;
    const found = isPerson
      ? foundIn(census.found, pages)
      : 'searched with an id that no patient has';
    return `${slow ? 'too slow' : isPerson ? 'works' : 'taken'}: ${found}`;
  },
  untried: ({ status }) =>
    status === null
      ? 'not tried: only a call knows what its template asks for'
      : `answered ${status}, as it should for an id that no patient has`,
  unauthorized: (search, { server }) =>
    `refused (${codesOf(search)}): the server ${server.token === undefined ? 'wants a token' : 'does not accept the token'}`,
  forbidden: (search, { server }) =>
    `refused (${codesOf(search)}): ${server.token === undefined ? 'not without a token' : `the token may not read ${search.need.requirement.resourceType}`}`,
  'no-such-patient': (search) =>
    `not found (${codesOf(search)}): the server has no patient of that id`,
  rejected: (search) =>
    `refused (${codesOf(search)}): the server does not take this ${search.need.requirement.template.includes('?') ? 'search' : 'read'}`,
  broken: (search) => `failed (${codesOf(search)}): the server has a fault`,
  'no-fhir': 'answered with something that is no FHIR resource',
  'no-bundle': 'answered with no Bundle',
  outcome: (search) => `answered with an OperationOutcome in place of data (${codesOf(search)})`,
  'more-pages': `incomplete: there are more than ${MAX_PAGES} pages`,
  'next-elsewhere': 'incomplete: the next page is at another address, which nerveroot does not ask',
  'too-slow': 'gave no whole answer in time',
  'too-large': 'answered with more than NERVEROOT_BODY_LIMIT allows',
  redirect: 'answered with a redirect, which nerveroot does not follow',
  unreachable: ({ trouble }) => `gave no answer (${trouble ?? 'no reason known'})`,
  'other-patient': ({ census }) =>
    `not usable: ${census.strangers} of its resources belong to another patient`,
  'other-version': 'not usable: it holds resources that FHIR R4 does not have, or writes otherwise',
  'leaves-out': ({ wider }) =>
    `not usable: it left out ${wider?.leftOut ?? 0} that have a code it was asked for`,
  'below-total': ({ hidden }) => `incomplete: its total counts ${hidden} more than it sent`,
  incomplete: ({ reason }) => `incomplete: ${reason ?? 'no reason known'}`,
};

/** `400, not-supported` */
function codesOf({ status, issues }: TriedSearch): string {
  return [...(status === null ? [] : [status]), ...issues].join(', ');
}

function foundIn(found: number, pages: number): string {
  const count = found === 0 ? 'nothing found' : `${found} found`;
  return pages > 1 ? `${count} in ${pages} pages` : count;
}

/** What the resources carry, as lines; none when there are none. */
export function censusLines({ need, census, wider }: TriedSearch): string[] {
  const { found, codes, dated, withStatus, absoluteReferences, others } = census;
  const counts = [
    ...(codes === null
      ? []
      : [
          `${codes.coded} coded`,
          ...some(codes.text, 'with text only'),
          ...some(codes.reference, 'coded in another resource'),
        ]),
    `${dated} dated`,
    ...(withStatus === null ? [] : [`${withStatus} with a status`]),
    ...some(absoluteReferences, 'with absolute references'),
  ];
  const also = Object.entries(others).map(([type, count]) => `${count} ${type}`);
  const systems = (wider ?? { census }).census.systems;
  const words = systems.map(
    ({ system, resources, known }) => `${system} ${resources}${known ? '' : ' (not known here)'}`,
  );
  const where = wider === null ? 'code systems' : 'code systems, by patient alone';
  return [
    // Of the patient itself there is nothing to count.
    ...(found > 0 && need.requirement.template.includes('?') ? [counts.join(', ')] : []),
    ...(words.length > 0 ? [`${where}: ${words.join(', ')}`] : []),
    ...(also.length > 0 ? [`also sent, not asked for: ${also.join(', ')}`] : []),
  ];
}

function some(count: number, words: string): string[] {
  return count > 0 ? [`${count} ${words}`] : [];
}

/** A template without most of a long list of codes. */
export function shortenTemplate(template: string): string {
  return template.replaceAll(
    /=([^&,]+,[^&,]+,[^&,]+),([^&]+)/g,
    (whole, first: string, rest: string) => {
      const count = rest.split(',').length;
      return count < 3 ? whole : `=${first},… (${count + 3} in all)`;
    },
  );
}

/** What the server's metadata do not claim of a read or search; undefined when they claim it, or are not there. */
export function unclaimed(search: TriedSearch, { metadata }: Examination): string | undefined {
  if (metadata.claims.size === 0) return undefined;
  const { resourceType, template } = search.need.requirement;
  const claim = metadata.claims.get(resourceType);
  if (claim === undefined) return resourceType;
  const interaction = template.includes('?') ? 'search-type' : 'read';
  const names = new Set(searchParametersOf(template).map(([name]) => name));
  const lacking = [
    ...(claim.interactions.includes(interaction) ? [] : [interaction]),
    // What begins with _ is every resource's, and seldom listed.
    ...[...names].filter((name) => !name.startsWith('_') && !claim.parameters.includes(name)),
  ];
  return lacking.length === 0 ? undefined : `${resourceType} ${lacking.join(', ')}`;
}
