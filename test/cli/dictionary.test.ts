import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Marked } from 'marked';
import { afterAll, describe, expect, it } from 'vitest';
import { readDictionary } from '../../src/dictionary/dictionary.ts';
import { writeDictionary } from '../../src/dictionary/markdown.ts';
import { aCompiler, ROOT, theContent } from '../support/content.ts';
import { withFolder } from '../support/folder.ts';
import { MINI_CONTENT, miniContent } from '../support/mini-content.ts';
import { nerveroot } from '../support/nerveroot.ts';

const compiler = aCompiler();
const dictionary = readDictionary(await theContent(compiler));
const page = readFileSync(join(ROOT, 'docs', 'data-dictionary.md'), 'utf8');
afterAll(() => compiler.translator.close());

describe('the data dictionary', () => {
  it('in docs/ is what the rules say now; "npx nerveroot dictionary" writes it anew', () => {
    expect(page).toBe(writeDictionary(dictionary, { cql: '../cql', hooks: '../hooks' }));
  });

  it('says of each type of the record whether it is read', () => {
    expect(dictionary.read.filter((type) => dictionary.notRead.includes(type))).toEqual([]);
    expect(dictionary.read).toContain('Condition');
    expect(dictionary.drafts).toContain('ServiceRequest');
  });

  it('names every rule that has a card and rests on the record', () => {
    const rules = new Set(dictionary.sections.flatMap((s) => s.facts).flatMap((f) => f.rules));
    for (const rule of ['RF-01', 'RF-05', 'IM-01', 'EI-08']) expect([...rules]).toContain(rule);
  });

  it('links to places that are there', () => {
    const places = new Set([...page.matchAll(/<a id="([^"]+)">/g)].map(([, id]) => id));
    const headings = [...page.matchAll(/^#+ (.+)$/gm)].map(([, text = '']) => slugOf(text));
    const targets = new Set([...places, ...headings]);
    const links = [...page.matchAll(/\]\(#([^)]+)\)/g)].map(([, id]) => id ?? '');
    expect(links.filter((id) => !targets.has(id))).toEqual([]);
    const files = [...page.matchAll(/\]\((\.\.\/[^)]+)\)/g)].map(([, file]) => file ?? '');
    for (const file of new Set(files)) expect(readFileSync(join(ROOT, 'docs', file))).toBeTruthy();
  });

  it('has places of its own only once', () => {
    const places = [...page.matchAll(/<a id="([^"]+)">/g)].map(([, id]) => id);
    expect(places.filter((id, i) => places.indexOf(id) !== i)).toEqual([]);
  });

  it('is whole: no mark or gap of its making is left, and every row of a table has its cells', () => {
    expect(page).not.toMatch(/[⟦⟧⟪⟫]|undefined|\(#\)/);
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

describe('nerveroot dictionary', () => {
  it('writes the page of any content, with links from where the page lies', async () => {
    await withFolder(MINI_CONTENT, async (folder) => {
      const file = join(folder, 'docs', 'read', 'dictionary.md');
      const { status, out, err } = await nerveroot([
        'dictionary',
        '--content',
        folder,
        '--out',
        file,
      ]);
      expect([status, out.trim(), err]).toEqual([0, `wrote ${file}`, '']);
      const written = readFileSync(file, 'utf8');
      expect(written).toContain('SNOMED CT 49727002 Cough');
      expect(written).toContain('[Mini.cql](../../cql/Mini.cql)');
    });
  });

  it('writes nothing from content with faults, and names them', async () => {
    const broken = miniContent([['cql/Mini.cql', 'library Mini', 'library Maxi']]);
    await withFolder(broken, async (folder) => {
      const file = join(folder, 'dictionary.md');
      const { status, out, err } = await nerveroot([
        'dictionary',
        '--content',
        folder,
        '--out',
        file,
      ]);
      expect([status, out]).toEqual([1, '']);
      expect(err).toContain('cql/Mini.cql:1:1: error: Library Maxi must stand in Maxi.cql');
      expect(existsSync(file)).toBe(false);
    });
  });
});

function slugOf(heading: string): string {
  return heading
    .toLowerCase()
    .replaceAll(/[^\w\s-]/g, '')
    .replaceAll(/\s/g, '-');
}
