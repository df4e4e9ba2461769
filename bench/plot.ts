import type { Point } from './report.ts';
import { sizeOf } from './records.ts';

const WIDTH = 760;
const HEIGHT = 440;
const LEFT = 70;
const RIGHT = 210;
const TOP = 30;
const BOTTOM = 50;
const COLOURS = ['#1b6ca8', '#d1495b', '#2e8b57', '#8d6a9f', '#c78b2b', '#555555', '#00868b'];

/** Draws cost against size of the record, both on scales of powers of ten, as SVG. */
export function draw(points: readonly Point[]): string {
  const x = scale(
    points.map(({ bytes }) => bytes),
    LEFT,
    WIDTH - RIGHT,
  );
  const y = scale(
    points.map(({ milliseconds }) => milliseconds),
    HEIGHT - BOTTOM,
    TOP,
  );
  const curves = [...Map.groupBy(points, ({ series }) => series)];
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="sans-serif" font-size="12">`,
    `<title>Processor time of a call against the size of its body</title>`,
    `<rect width="${WIDTH}" height="${HEIGHT}" fill="white"/>`,
    ...x.powers.flatMap((power) => [
      line(x.at(power), TOP, x.at(power), HEIGHT - BOTTOM),
      text(x.at(power), HEIGHT - BOTTOM + 18, sizeOf(power), 'middle'),
    ]),
    ...y.powers.flatMap((power) => [
      line(LEFT, y.at(power), WIDTH - RIGHT, y.at(power)),
      text(LEFT - 8, y.at(power) + 4, `${power} ms`, 'end'),
    ]),
    text((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 8, 'size of the body', 'middle'),
    text(LEFT - 8, TOP - 12, 'processor time', 'start'),
    ...curves.flatMap(([series, of], i) => {
      const colour = COLOURS[i % COLOURS.length] ?? 'black';
      const row = TOP + 12 + 20 * i;
      const dots = of.map(({ bytes, milliseconds }) => [x.at(bytes), y.at(milliseconds)] as const);
      return [
        polyline(
          meansOf(of).map(([bytes, cost]) => `${x.at(bytes)},${y.at(cost)}`),
          colour,
        ),
        ...dots.map(([cx, cy]) => `<circle cx="${cx}" cy="${cy}" r="3" fill="${colour}"/>`),
        `<rect x="${WIDTH - RIGHT + 14}" y="${row - 9}" width="10" height="10" fill="${colour}"/>`,
        text(WIDTH - RIGHT + 30, row, series, 'start'),
      ];
    }),
    '</svg>',
    '',
  ].join('\n');
}

interface Scale {
  /** Where a value is drawn. */
  readonly at: (value: number) => number;
  /** The powers of ten that the scale runs over. */
  readonly powers: readonly number[];
}

function scale(all: readonly number[], from: number, to: number): Scale {
  const logs = all.filter((value) => value > 0).map(Math.log10);
  const least = Math.floor(Math.min(...logs));
  const most = Math.max(least + 1, Math.ceil(Math.max(...logs)));
  const share = (value: number): number => (Math.log10(value) - least) / (most - least);
  return {
    at: (value) => Math.round((from + (to - from) * share(Math.max(value, 10 ** least))) * 10) / 10,
    powers: Array.from({ length: most - least + 1 }, (_, i) => 10 ** (least + i)),
  };
}

/** One point a size, in order of size, for the line. */
function meansOf(points: readonly Point[]): readonly (readonly [bytes: number, cost: number])[] {
  return [...Map.groupBy(points, ({ bytes }) => bytes)]
    .map(([bytes, of]) => {
      const total = of.reduce((sum, { milliseconds }) => sum + milliseconds, 0);
      return [bytes, total / of.length] as const;
    })
    .toSorted(([a], [b]) => a - b);
}

function line(x1: number, y1: number, x2: number, y2: number): string {
  return `<line x1="${x1}" y1="${y1}" x2="${x2}" y2="${y2}" stroke="#dddddd"/>`;
}

function polyline(points: readonly string[], colour: string): string {
  return `<polyline points="${points.join(' ')}" fill="none" stroke="${colour}" stroke-width="1.5"/>`;
}

function text(x: number, y: number, words: string, anchor: 'start' | 'middle' | 'end'): string {
  const safe = words.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
  return `<text x="${x}" y="${y}" text-anchor="${anchor}">${safe}</text>`;
}
