import { readFile, writeFile } from 'node:fs/promises';
import type { Figure, Report, Row, Section } from './report.ts';

/** A report as Markdown: a table a section. */
export function toMarkdown(report: Report, plot?: string): string {
  const { measured, node, machine, loadBefore } = report;
  const builds = report.old === undefined ? report.new : `old ${report.old}, new ${report.new}`;
  const isRace = report.old !== undefined;
  return [
    `Measured on ${measured.slice(0, 10)}: ${builds}; Node ${node}; ${machine}; load ${loadBefore.toFixed(2)} before it began.`,
    ...(plot === undefined ? [] : [`![What a record costs, by its size](${plot})`]),
    ...report.sections.map((section) => sectionOf(section, isRace)),
  ].join('\n\n');
}

const BEGIN = '<!-- bench: what stands between these two lines is written by npm run bench -->';
const END = '<!-- /bench -->';

/** Puts a report between the two marks of a page; throws when it has none. */
export async function writeInto(file: string, markdown: string): Promise<void> {
  const page = await readFile(file, 'utf8');
  const [begin, end] = [page.indexOf(BEGIN), page.indexOf(END)];
  if (begin < 0 || end < begin) throw new Error(`${file} has no lines ${BEGIN} and ${END}`);
  const kept = [page.slice(0, begin + BEGIN.length), page.slice(end)];
  await writeFile(file, kept.join(`\n\n${markdown}\n\n`));
}

function sectionOf({ title, rows, notes }: Section, isRace: boolean): string {
  const heads = isRace ? ['old', 'new', 'old : new'] : ['new'];
  const table = [
    ['', 'measured', ...heads],
    ['---', '---', ...heads.map(() => '---:')],
    ...rows.map((row) => [row.what, row.measure, ...cells(row, isRace)]),
  ];
  const lines = table.map((line) => `| ${line.join(' | ')} |`).join('\n');
  return [`### ${title}`, ...(rows.length > 0 ? [lines] : []), ...notes].join('\n\n');
}

function cells({ old, new: one }: Row, isRace: boolean): string[] {
  if (!isRace) return [say(one)];
  const areNumbers = typeof old === 'number' && typeof one === 'number';
  return [old === undefined ? '' : say(old), say(one), areNumbers ? say(old / one) : ''];
}

/** Three digits say as much as such a measurement knows. */
function say(figure: Figure): string {
  if (typeof figure === 'string') return figure;
  if (!Number.isFinite(figure)) return '';
  return figure >= 100 ? figure.toFixed(0) : figure.toPrecision(3);
}
