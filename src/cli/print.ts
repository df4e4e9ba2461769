import { evidenceLines } from '../cards/evidence.ts';
import type { Card } from '../cds-hooks/response.ts';
import type { DecisionResult } from '../decision/decide.ts';
import { INDICATOR_STYLES, painter } from './paint.ts';

/** The cards as a person reads them in a terminal; with their evidence, where it is asked for. */
export function printCards(
  result: DecisionResult,
  { colour, evidence }: { readonly colour: boolean; readonly evidence: boolean },
): string {
  const paint = painter(colour);
  const { cards } = result.response;
  const head = `${result.service.id} (${result.service.hook}): ${cards.length} ${cards.length === 1 ? 'card' : 'cards'}`;
  const { silent } = result;
  const missing = result.notLooked.map(({ key, reason }) => `${key} (${reason})`);
  return [
    paint('bold', head),
    ...(missing.length > 0 ? [paint('yellow', `Not looked at: ${missing.join(', ')}`)] : []),
    ...(silent.length > 0 ? [`Silent at this site: ${silent.join(', ')}`] : []),
    ...cards.flatMap((card, i) => [
      `\n${printCard(card, result.rules[i] ?? '', paint)}`,
      ...(evidence ? printEvidence(card, paint) : []),
    ]),
  ].join('\n');
}

function printCard(card: Card, rule: string, paint: ReturnType<typeof painter>): string {
  const label = paint(['bold', INDICATOR_STYLES[card.indicator]], card.indicator.toUpperCase());
  const suggestions = (card.suggestions ?? []).map(
    ({ label: text, isRecommended }) => `  → ${text}${isRecommended ? ' (recommended)' : ''}`,
  );
  return [
    `${label} ${rule}  ${paint('bold', card.summary)}`,
    indent(readable(card.detail)),
    ...suggestions,
    paint('dim', `  ${[card.source.label, card.source.url ?? []].flat().join(': ')}`),
  ].join('\n');
}

/** What the card rests on, with the resource of each fact, which the card itself does not name. */
function printEvidence({ extension }: Card, paint: ReturnType<typeof painter>): string[] {
  const lines = evidenceLines(extension);
  if (lines.length === 0) return [];
  return ['', paint('dim', '  Evidence'), ...lines.map((line) => paint('dim', `    ${line}`))];
}

/** Markdown without the marks that a terminal does not show. */
function readable(markdown: string): string {
  return markdown
    .replaceAll(/\\([\\`*_{}[\]()#+!|~>=.-])/g, '$1')
    .replaceAll(/\*\*([^*\n]+)\*\*/g, '$1')
    .replaceAll('&lt;', '<')
    .replaceAll('&amp;', '&')
    .replaceAll('\u200B', '');
}

function indent(text: string): string {
  return text.replaceAll(/^(?=.)/gm, '  ');
}

/** The first few of many, and how many more there are. */
export function listSome(items: readonly string[], most = 5): string {
  const some = items.slice(0, most).join(', ');
  return items.length > most ? `${some} and ${items.length - most} more` : some;
}
