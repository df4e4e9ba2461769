import type { Indicator } from '../cds-hooks/response.ts';
import { escapeHtml } from '../html.ts';
import { figure, per100, type Burden } from './count.ts';

const WIDTH = 760;
const LEFT = 200;
const RIGHT = 90;
const ROW = 34;
const TOP = 64;
const COLOURS: Readonly<Record<Indicator, string>> = {
  critical: '#a3131c',
  warning: '#c78b2b',
  info: '#1b6ca8',
};
const KINDS = ['critical', 'warning', 'info'] as const;

/** Draws, for each folder and hook, the cards for 100 cases by kind, with a mark where the budget ends; as SVG. */
export function plotBurden(burdens: readonly Burden[]): string {
  const ends = burdens.flatMap((burden) => [
    per100(burden.cards, burden),
    burden.limit?.cards ?? 0,
  ]);
  const most = Math.max(10, ...ends);
  const x = (cards: number): number => round(LEFT + ((WIDTH - LEFT - RIGHT) * cards) / most);
  const height = TOP + ROW * burdens.length + 16;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" font-family="sans-serif" font-size="13">`,
    '<title>Cards for 100 cases, by kind; a line marks the budget</title>',
    `<rect width="${WIDTH}" height="${height}" fill="white"/>`,
    text(16, 24, 'Cards for 100 cases; a line marks the budget', 'start'),
    ...KINDS.flatMap((kind, i) => [
      `<rect x="${LEFT + 100 * i}" y="36" width="12" height="12" fill="${COLOURS[kind]}"/>`,
      text(LEFT + 100 * i + 18, 47, kind, 'start'),
    ]),
    ...burdens.flatMap((burden, i) => drawRow(burden, TOP + ROW * i, x)),
    '</svg>',
    '',
  ].join('\n');
}

function drawRow(burden: Burden, y: number, x: (cards: number) => number): string[] {
  const { cases, hook, cards, byIndicator, limit } = burden;
  const parts: string[] = [];
  let before = 0;
  for (const kind of KINDS) {
    const value = per100(byIndicator[kind], burden);
    const width = round(x(before + value) - x(before));
    parts.push(
      `<rect x="${x(before)}" y="${y}" width="${width}" height="20" fill="${COLOURS[kind]}"/>`,
    );
    before += value;
  }
  const end = limit?.cards === undefined ? [] : [mark(x(limit.cards), y)];
  const total = per100(cards, burden);
  const labelAt = x(Math.max(total, limit?.cards ?? 0)) + 6;
  return [
    text(LEFT - 8, y + 15, `${cases}, ${hook}`, 'end'),
    ...parts,
    ...end,
    text(labelAt, y + 15, figure(total), 'start'),
  ];
}

function mark(x: number, y: number): string {
  return `<line x1="${x}" y1="${y - 4}" x2="${x}" y2="${y + 24}" stroke="black" stroke-width="2"/>`;
}

function text(x: number, y: number, words: string, anchor: 'start' | 'end'): string {
  return `<text x="${round(x)}" y="${y}" text-anchor="${anchor}">${escapeHtml(words)}</text>`;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
