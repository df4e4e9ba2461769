import { isOtherVersion } from '../doctor/remedies.ts';
import type { Examination, Outlook } from '../doctor/examine.ts';
import { isGood, type TriedSearch } from '../doctor/try-search.ts';
import { censusLines, shortenTemplate, unclaimed, verdictOf } from '../doctor/verdict.ts';
import { painter, type Paint } from './paint.ts';
import { listSome } from './print.ts';

/** What was found on a server, as a person reads it in a terminal. */
export function printExamination(
  examination: Examination,
  remedies: readonly string[],
  colour: boolean,
): string {
  const paint = painter(colour);
  const { server, searches, outlooks, siteChanges } = examination;
  const section = (title: string, lines: readonly string[]): string[] =>
    lines.length === 0 ? [] : [[paint('bold', title), ...lines].join('\n')];
  return [
    printServer(examination, paint),
    ...section(
      'What the services ask for',
      searches.map((search) => printSearch(search, examination, paint)),
    ),
    ...section(
      'What they would answer, with nothing sent by prefetch',
      outlooks.map((outlook) => printOutlook(outlook, server.patientId !== undefined, paint)),
    ),
    ...section(
      'What this site changed of the safety checks',
      siteChanges.map((line) => hang(`  ${paint('yellow', '!')} `, line)),
    ),
    ...section(
      'What to do',
      remedies.map((remedy, i) => hang(`  ${i + 1}. `, remedy)),
    ),
  ].join('\n\n');
}

function printServer({ server, metadata, searches }: Examination, paint: Paint): string {
  const { fhirVersion, software, security, status, trouble } = metadata;
  const answered = {
    read: `yes, in ${metadata.ms} ms`,
    unreachable: paint(
      'red',
      trouble === 'unexpected redirect'
        ? 'with a redirect'
        : `no (${trouble ?? 'no answer in time'})`,
    ),
    refused: paint('yellow', `yes, but /metadata is refused (${status ?? ''})`),
    missing: paint('yellow', `yes, but /metadata is no CapabilityStatement (HTTP ${status ?? ''})`),
  }[metadata.state];
  const version = isOtherVersion(fhirVersion)
    ? paint('red', `${fhirVersion}, not R4`)
    : (fhirVersion ?? paint('yellow', 'not told'));
  const announced = security.length > 0 ? `; the server announces ${security.join(', ')}` : '';
  const isRefused = searches.some(({ outcome }) => /^(unauthorized|forbidden)$/.test(outcome));
  const token = server.token === undefined ? 'none sent' : 'sent';
  const rows: readonly [string, string][] = [
    ['answers', answered],
    ...(metadata.state === 'unreachable'
      ? []
      : ([
          ['FHIR version', `${version}${software === null ? '' : ` (${software})`}`],
          [
            'token',
            `${token}${isRefused ? paint('red', ', and access is refused') : ''}${announced}`,
          ],
          ['patient', server.patientId ?? 'none named: searched with an id that no patient has'],
          ['reads', `${searches.filter(isGood).length} of ${searches.length} work`],
        ] satisfies [string, string][])),
  ];
  return [
    paint('bold', server.baseUrl),
    ...rows.map(([name, value]) => `  ${name.padEnd(14)}${value}`),
  ].join('\n');
}

function printSearch(search: TriedSearch, examination: Examination, paint: Paint): string {
  const { key, template } = search.need.requirement;
  const [style, mark] = isGood(search) ? (['green', '✓'] as const) : (['red', '✗'] as const);
  const claim = unclaimed(search, examination);
  const askers = search.need.services.map(({ id }) => id);
  const isShared = askers.length === examination.outlooks.length;
  return [
    `  ${paint(style, mark)} ${paint('bold', key)}  ${paint('dim', shortenTemplate(template))}`,
    `      ${paint(style, verdictOf(search, examination))}`,
    ...(isShared ? [] : [`      asked for by ${askers.join(', ')} only`]),
    ...censusLines(search).map((line) => `      ${line}`),
    ...(claim === undefined
      ? []
      : [`      ${paint('yellow', `not claimed by /metadata: ${claim}`)}`]),
  ].join('\n');
}

function printOutlook(outlook: Outlook, hasPatient: boolean, paint: Paint): string {
  const { service, answer, lacking, undecided } = outlook;
  const without = `without ${lacking.join(', ')}`;
  const words = {
    cards: paint(
      'green',
      hasPatient ? 'can answer' : 'can answer, as far as can be told without a patient',
    ),
    '412': paint('red', `answers 412, since it cannot advise ${without}`),
    misled: paint('red', `takes for absent what the server holds: ${lacking.join(', ')}`),
    'not checked': paint('yellow', `answers "not checked" where it cannot decide ${without}`),
  }[answer];
  const [style, mark] = answer === 'cards' ? (['green', '✓'] as const) : (['red', '✗'] as const);
  return [
    `  ${paint(style, mark)} ${service.id} (${service.hook}): ${words}`,
    ...(answer === 'not checked' && undecided.length > 0
      ? [`      might stay open: ${listSome(undecided, 3)}`]
      : []),
  ].join('\n');
}

const WIDTH = 100;

/** Breaks a sentence between words, and nothing of the lines below it, which are to be copied. */
function hang(head: string, remedy: string): string {
  const [sentence = '', ...typed] = remedy.split('\n');
  const indent = ' '.repeat(head.length);
  const lines = [head];
  for (const word of sentence.split(' ')) {
    const line = `${lines.at(-1) ?? ''}${word} `;
    if (line.length <= WIDTH || line.trimStart() === `${word} `) lines.splice(-1, 1, line);
    else lines.push(`${indent}${word} `);
  }
  return [
    ...lines.map((line) => line.trimEnd()),
    ...typed.map((line) => `${indent}  ${line}`),
  ].join('\n');
}
