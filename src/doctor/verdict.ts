import { MAX_PAGES } from '../decision/fhir-access.ts';
import type { Examination } from './examine.ts';
import { parametersOf, type TriedSearch } from './try-search.ts';

/** What became of a read or search, in words. */
export function verdictOf(search: TriedSearch, examination: Examination): string {
  const { budgetMs } = examination;
  const late = search.slow ? `, slower than the ${budgetMs} ms of a call` : '';
  return `${wordsFor(search, examination)}${search.pages === 0 ? '' : `, ${search.ms} ms`}${late}`;
}

function wordsFor(search: TriedSearch, { subject, metadata }: Examination): string {
  const { outcome, census, status, issues, pages } = search;
  const { resourceType, template } = search.need.requirement;
  const code = [status ?? '', ...issues].filter((part) => part !== '').join(', ');
  const hasToken = subject.token !== undefined;
  switch (outcome) {
    case 'works':
      if (subject.patientId === undefined) return 'taken, with an id that no patient has';
      return `works: ${foundIn(census.found, pages)}`;
    case 'untried':
      return status === null
        ? 'not tried: only a call knows what its template asks for'
        : `answered ${status}, as it should for an id that no patient has`;
    case 'unauthorized':
      return `refused (${code}): ${hasToken ? 'the server does not accept the token' : 'the server wants a token'}`;
    case 'forbidden':
      return `refused (${code}): ${hasToken ? `the token may not read ${resourceType}` : 'not without a token'}`;
    case 'no-such-patient':
      return `not found (${code}): the server has no patient of that id`;
    case 'rejected':
      return `refused (${code}): the server does not take this ${template.includes('?') ? 'search' : 'read'}`;
    case 'broken':
      return `failed (${code}): the server has a fault`;
    case 'no-fhir':
      return 'answered with something that is no FHIR resource';
    case 'no-bundle':
      return 'answered with no Bundle';
    case 'outcome':
      return `answered with an OperationOutcome in place of data (${code})`;
    case 'more-pages':
      return `incomplete: there are more than ${MAX_PAGES} pages`;
    case 'next-elsewhere':
      return 'incomplete: the next page is at another address, which nerveroot does not ask';
    case 'too-slow':
      return 'gave no whole answer in time';
    case 'too-large':
      return 'answered with more than NERVEROOT_BODY_LIMIT allows';
    case 'redirect':
      return 'answered with a redirect, which nerveroot does not follow';
    case 'unreachable':
      return `gave no answer (${search.trouble ?? metadata.trouble ?? 'no reason known'})`;
    case 'other-patient':
      return `not usable: ${census.strangers} of the resources belong to another patient`;
    case 'other-version':
      return 'not usable: it holds resource types that FHIR R4 does not have';
    case 'leaves-out':
      return `not usable: ${search.wider?.leftOut ?? 0} of the resources that have a code it was asked for were left out`;
    case 'incomplete':
      return 'incomplete, and the server does not say why';
  }
}

function foundIn(found: number, pages: number): string {
  const count = found === 0 ? 'nothing found' : `${found} found`;
  return pages > 1 ? `${count} in ${pages} pages` : count;
}

/** What the resources carry, as lines; none when there are none. */
export function censusLines({ census, wider }: TriedSearch): string[] {
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
    ...(found > 0 ? [counts.join(', ')] : []),
    ...(words.length > 0 ? [`${where}: ${words.join(', ')}`] : []),
    ...(also.length > 0 ? [`also sent, not asked for: ${also.join(', ')}`] : []),
  ];
}

function some(count: number, words: string): string[] {
  return count > 0 ? [`${count} ${words}`] : [];
}

/** What the server's metadata do not claim of a read or search; undefined when they claim it, or are not there. */
export function unclaimed(search: TriedSearch, { metadata }: Examination): string | undefined {
  if (metadata.claims.size === 0) return undefined;
  const { resourceType, template } = search.need.requirement;
  const claim = metadata.claims.get(resourceType);
  if (claim === undefined) return resourceType;
  const interaction = template.includes('?') ? 'search-type' : 'read';
  const names = new Set(parametersOf(template).map(([name]) => name));
  const lacking = [
    ...(claim.interactions.includes(interaction) ? [] : [interaction]),
    // What begins with _ is every resource's, and seldom listed.
    ...[...names].filter((name) => !name.startsWith('_') && !claim.parameters.includes(name)),
  ];
  return lacking.length === 0 ? undefined : `${resourceType} ${lacking.join(', ')}`;
}
