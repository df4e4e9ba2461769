import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Marked } from 'marked';
import { afterAll, describe, expect, it } from 'vitest';
import { readBasis } from '../../src/basis/basis.ts';
import { writeClinicalBasis } from '../../src/basis/clinical-basis.ts';
import { writeSources } from '../../src/basis/sources-page.ts';
import { tellBasis } from '../../src/basis/told.ts';
import { countCases } from '../../src/cli/count-cases.ts';
import { loadCases } from '../../src/rule-tests/load-cases.ts';
import { aCompiler, ROOT, theContent } from '../support/content.ts';
import { aFolder } from '../support/folder.ts';
import { MINI_CONTENT, miniContent } from '../support/mini-content.ts';
import { nerveroot } from '../support/nerveroot.ts';

const compiler = aCompiler();
const content = await theContent(compiler);
const basis = readBasis(content);
const told = tellBasis(content);
const pages = {
  'clinical-basis.md': readFileSync(join(ROOT, 'docs', 'clinical-basis.md'), 'utf8'),
  'sources.md': readFileSync(join(ROOT, 'docs', 'sources.md'), 'utf8'),
};
afterAll(() => compiler.translator.close());

describe('the clinical basis', () => {
  it('in docs/ is what the rules, cards and cases say now; "npx nerveroot basis" writes it anew', async () => {
    const cases = (await countCases(ROOT)) ?? new Map<string, number>();
    const links = { cql: '../cql', cases: '../test/rules' };
    expect(pages['clinical-basis.md']).toBe(writeClinicalBasis(told, cases, links));
  });

  it('counts the cases of a rule, not their files', async () => {
    const { cases } = await loadCases(ROOT, ['test/rules']);
    const listed = Map.groupBy(cases, ({ file }) => file.split('/')[2] ?? '');
    const counted = (await countCases(ROOT)) ?? new Map<string, number>();
    const wanted = [...listed].map(([rule, of]) => [rule, of.length]);
    expect(wanted).toEqual(wanted.map(([rule]) => [rule, counted.get(String(rule))]));
  });

  it('tells of every card, and by which service it is shown', () => {
    expect(basis.rules.map(({ card }) => card.rule)).toEqual([...content.cards.keys()]);
    expect(basis.rules.filter(({ shownAt }) => shownAt.length === 0)).toEqual([]);
  });

  it('is told of in the README, with every rule that has a card', () => {
    const readme = readFileSync(join(ROOT, 'README.md'), 'utf8');
    const named = new Set(readme.match(/[A-Z]{2}-\d\d[a-z]?/g));
    expect([...content.cards.keys()].filter((rule) => !named.has(rule))).toEqual([]);
  });

  it('has words and evidence for every rule', () => {
    expect(basis.rules.filter(({ words }) => words.length === 0)).toEqual([]);
    expect(basis.rules.filter(({ citations }) => citations.length === 0)).toEqual([]);
  });

  it('names the parameters that a rule is decided by', () => {
    const rule = basis.rules.find(({ card }) => card.rule === 'RF-01');
    expect(rule?.ownParameters).toContain('Parameters.PostVoidResidual');
    const all = [...(rule?.ownParameters ?? []), ...(rule?.otherParameters ?? [])];
    expect(all).not.toContain('Parameters.FullCareDays');
  });

  it('says nothing of the Patient but what the page says of sex and date of birth', () => {
    expect(basis.elements.get('Patient')).toEqual(['birthDate', 'gender']);
  });
});

describe('the page of sources', () => {
  it('has the source of every card, or the card says that no page says it', () => {
    const cards = [...content.cards.values()];
    const unsourced = cards.filter(({ source }) => source.key === undefined);
    expect(unsourced.map(({ rule }) => rule)).toEqual([
      'DX-06',
      'DX-07',
      'DX-09',
      'EI-01a',
      'EI-07',
      'EI-10',
      'IM-05',
      'IM-09',
      'IM-10',
      'NC-01',
      'NC-02',
      'NC-03',
      'RF-02a',
      'RF-02b',
      'RF-04b',
      'RF-09',
      'RF-10',
      'RF-11',
      'RF-12',
      'RF-15',
      'RF-16',
      'RF-17',
    ]);
    expect(unsourced.filter(({ source }) => source.url !== undefined)).toEqual([]);
    const unlinked = cards.filter(({ source }) => source.key && source.url === undefined);
    expect(unlinked.map(({ rule, source }) => `${rule} ${source.key}`)).toEqual([
      'DX-05 FOOTDROP',
      'EI-09 SIR19',
      'EI-11 GBCAIT',
      'IM-11 GAD',
      'RF-02 ACP07',
    ]);
  });

  it('in docs/ is what hooks/sources.yaml says now', () => {
    expect(pages['sources.md']).toBe(writeSources(told));
  });
});

describe.each(Object.entries(pages))('%s', (_file, page) => {
  it('links to places and files that are there', () => {
    const targets = new Map<string, Set<string>>();
    for (const file of [
      'clinical-basis.md',
      'sources.md',
      'data-dictionary.md',
      'writing-rules.md',
    ]) {
      targets.set(file, placesOf(readFileSync(join(ROOT, 'docs', file), 'utf8')));
    }
    const own = placesOf(page);
    const links = [...page.matchAll(/\]\(([^)#]*)#?([^)]*)\)/g)];
    const missing = links.filter(([, file = '', place = '']) => {
      if (file.startsWith('https:')) return false;
      if (file !== '' && !existsSync(join(ROOT, 'docs', file))) return true;
      return place !== '' && !(file === '' ? own : targets.get(file))?.has(place);
    });
    expect([links.length > 20, missing.map(([link]) => link)]).toEqual([true, []]);
  });

  it('is whole, and every row of a table has its cells', () => {
    expect(page).not.toMatch(/undefined|\(#\)|\[object/);
    const html = new Marked({ gfm: true }).parse(page, { async: false });
    expect(html).not.toContain('<p>|');
    for (const [table] of html.matchAll(/<table>.*?<\/table>/gs)) {
      const columns = [...table.matchAll(/<th>/g)].length;
      for (const [row] of table.matchAll(/<tr>\s*<td>.*?<\/tr>/gs)) {
        expect([...row.matchAll(/<td>/g)]).toHaveLength(columns);
      }
    }
  });
});

describe('rules that are stated and not in force', () => {
  const { notInForce = [] } = content.ofAllRules ?? {};

  it('have a row and no card, and say what they wait for', () => {
    expect(notInForce.map(({ rule }) => rule)).toEqual(['ME-03']);
    for (const { rule, title, until } of notInForce) {
      expect([rule, content.cards.has(rule)]).toEqual([rule, false]);
      const row = pages['clinical-basis.md']
        .split('\n')
        .find((line) => line.includes(`</a>${rule} |`));
      expect(row).toContain(`| ${title} |`);
      expect(row).toContain(until.trim().slice(0, 40));
    }
  });
});

describe('nerveroot basis', () => {
  it('writes both pages of any content, with links from where they lie', async () => {
    const folder = aFolder({
      ...miniContent([
        [
          'cql/Mini.cql',
          'define "Has Cough"',
          '// RX-01 A cough [R: ABC21 page 4].\ndefine "Has Cough"',
        ],
      ]),
      'hooks/sources.yaml': `ABC21:\n  title: On coughs\n  publisher: A society\n  read: original\n  where: page 4\n`,
      'test/rules/RX-01/a.yaml': '',
    });
    const out = join(folder, 'docs', 'read');
    const run = await nerveroot(['basis', '--content', folder, '--out', out]);
    expect([run.status, run.err]).toEqual([0, '']);
    const written = readFileSync(join(out, 'clinical-basis.md'), 'utf8');
    expect(written).toContain('A cough [R: [ABC21](sources.md#abc21) page 4].');
    expect(written).toContain('`Has Cough` in [Mini.cql](../../cql/Mini.cql)');
    expect(written).toContain('[1](../../test/rules/RX-01)');
    expect(written).toContain('none under its name');
    expect(written).not.toContain('What is the same for all rules');
    expect(readFileSync(join(out, 'sources.md'), 'utf8')).toContain(
      '[RX-01](clinical-basis.md#rx-01)',
    );
  });

  it('writes nothing from content with faults, and names them', async () => {
    const broken = miniContent([['cql/Mini.cql', 'library Mini', 'library Maxi']]);
    const folder = aFolder(broken);
    const run = await nerveroot(['basis', '--content', folder, '--out', join(folder, 'docs')]);
    expect([run.status, run.out]).toEqual([1, '']);
    expect(run.err).toContain('cql/Mini.cql:1:1: error: Library Maxi must stand in Maxi.cql');
    expect(existsSync(join(folder, 'docs'))).toBe(false);
  });

  it('writes nothing beside a basis.yaml with faults, which check names too', async () => {
    const folder = aFolder({ ...MINI_CONTENT, 'hooks/basis.yaml': 'about: All\nofAllRules: []\n' });
    const run = await nerveroot(['basis', '--content', folder, '--out', join(folder, 'docs')]);
    expect([run.status, run.out]).toEqual([1, '']);
    expect(run.err).toContain('hooks/basis.yaml:2:1: error: "ofAllRules"');
    expect(existsSync(join(folder, 'docs'))).toBe(false);
    const checked = await nerveroot(['check', '--content', folder]);
    expect(checked.out).toContain('hooks/basis.yaml:2:1: error: "ofAllRules"');
  });
});

/** Headings as GitHub makes places of them, and places of the page's own. */
function placesOf(page: string): Set<string> {
  const headings = [...page.matchAll(/^#+ (.+)$/gm)].map(([, text = '']) =>
    text
      .toLowerCase()
      .replaceAll(/[^\w\s-]/g, '')
      .replaceAll(/\s/g, '-'),
  );
  return new Set([
    ...headings,
    ...[...page.matchAll(/<a id="([^"]+)">/g)].map(([, id = '']) => id),
  ]);
}
