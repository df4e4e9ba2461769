import { describe, expect, it } from 'vitest';
import { checkCitations } from '../../src/content/check-citations.ts';
import { formatFault } from '../../src/content/fault.ts';
import { isPast, readSources } from '../../src/content/sources.ts';
import type { ContentFault } from '../../src/content/fault.ts';
import { aCompiler, ROOT } from '../support/content.ts';
import { aFolder, type Files } from '../support/folder.ts';
import { contentOf, faultsOf, miniContent, MINI_CONTENT } from '../support/mini-content.ts';

const TODAY = '2026-03-10';

function source(more = ''): string {
  return `  title: A guideline\n  publisher: A society\n  read: original\n  where: all of it\n${more}`;
}

/** What is said of one library and a table of sources. */
async function check(comments: string, sources: string, more: Files = {}): Promise<string[]> {
  const folder = aFolder({ 'cql/A.cql': comments, 'hooks/sources.yaml': sources, ...more });
  return (await checkCitations(folder, TODAY)).map(formatFault);
}

describe('what is cited', () => {
  it('is found in the table', async () => {
    expect(await check('// [R: ABC21 part 4]', `ABC21:\n${source()}`)).toEqual([]);
  });

  it('is an error where the table does not have it, with the nearest key', async () => {
    expect(await check('library A\n// [P; R: ABC21, ABD21]', `ABC21:\n${source()}`)).toEqual([
      'cql/A.cql:2:18: error: hooks/sources.yaml has no source "ABD21". Did you mean "ABC21"?',
    ]);
  });

  it('is an error where there is no table, or one that cannot be read', async () => {
    const folder = aFolder({ 'cql/A.cql': '// [R: ABC21]' });
    const missing =
      'cql/A.cql:1:8: error: hooks/sources.yaml has no source "ABC21". Add it, with where it was read';
    expect((await checkCitations(folder, TODAY)).map(formatFault)).toEqual([missing]);
    expect(await check('// [R: ABC21]', 'ABC21: [')).toEqual([missing]);
  });

  it.each([
    ['second-hand', 'S'],
    ['not read', 'G'],
  ])('is not cited as read when it is %s', async (read, letter) => {
    const sources = `ABC21:\n${source().replace('original', read)}`;
    expect(await check(`// [${letter}: ABC21]`, sources)).toEqual([]);
    expect(await check('// [R: ABC21]', sources)).toEqual([
      `cql/A.cql:1:8: error: ABC21 is ${read} (hooks/sources.yaml); cite it as [${letter}: ABC21]`,
    ]);
  });

  it('is named with its line and column when its bracket cannot be read', async () => {
    expect(await check('library A\n\n  // Days [P: 90]', '{}')).toEqual([
      'cql/A.cql:3:12: error: P is a choice of the project and cites nothing: [P words; R: KEY]',
    ]);
  });
});

describe('a source', () => {
  it.each([
    ['2026-03-09', true],
    ['2026-03-10', false],
    ['2026-02', true],
    ['2026-03', false],
    ['2025', true],
    ['2026', false],
  ])('that stands until %s is past its time on 10 March 2026: %s', async (expires, past) => {
    expect(isPast(expires, TODAY)).toBe(past);
    const said = await check('// [R: ABC21]', `ABC21:\n${source(`  expires: "${expires}"\n`)}`);
    expect(said).toEqual(
      past
        ? [
            `hooks/sources.yaml:1:1: warning: ABC21 stood until ${expires} and is cited in one place; look for what replaced it`,
          ]
        : [],
    );
  });

  it('that nobody cites is a warning, and one that only a card names is cited', async () => {
    const sources = `ABC21:\n${source()}XYZ19:\n${source()}`;
    const card = (MINI_CONTENT['hooks/cards/RX-01.yaml'] ?? '').replace(
      'source:\n  label: A guideline\n  url: https://example.org/guideline',
      'source: { key: XYZ19 }',
    );
    expect(await check('', sources, { 'hooks/cards/RX-01.yaml': card })).toEqual([
      'hooks/sources.yaml:1:1: warning: Nothing cites ABC21; take it out',
    ]);
  });

  it.each([
    ['url: https://example.org/a\n', 'https://example.org/a'],
    ['doi: 10.1000/x\n', 'https://doi.org/10.1000/x'],
    ['pmid: "123"\n', 'https://pubmed.ncbi.nlm.nih.gov/123/'],
    ['doi: 10.1000/x\n  url: https://example.org/a\n', 'https://example.org/a'],
    ['', undefined],
  ])('with %j is read at %s', (more, link) => {
    const file = { file: 'hooks/sources.yaml', text: `ABC21:\n${source()}  ${more}` };
    const { sources } = readSources([file], []);
    expect([sources.get('ABC21')?.link, sources.get('ABC21')?.label]).toEqual([
      link,
      'A guideline',
    ]);
  });

  it.each([
    [
      '  issued: 2021\n',
      '6:3: error: "ABC21.issued": must be a year, month or day in quotation marks',
    ],
    ['  expires: "May 2021"\n', '6:3: error: "ABC21.expires": must look like 2021, 2021-03'],
    ['  url: http://example.org\n', '6:3: error: "ABC21.url": Invalid URL'],
    ['  doi: https://doi.org/10.1000/x\n', '6:3: error: "ABC21.doi": must begin with 10.'],
    ['  author: Nobody\n', '6:3: error: "ABC21.author": Unrecognized key: "author"'],
  ])('with %j is refused', (more, message) => {
    const faults: ContentFault[] = [];
    readSources([{ file: 'hooks/sources.yaml', text: `ABC21:\n${source(more)}` }], faults);
    expect(faults.map(formatFault).join()).toContain(`hooks/sources.yaml:${message}`);
  });
});

describe('the source of a card', () => {
  const compiler = aCompiler();
  const LABELLED = 'source:\n  label: A guideline\n  url: https://example.org/guideline\n';
  const withSource = (to: string, sources = `ABC21:\n${source('  pmid: "12"\n')}`): Files =>
    miniContent([['hooks/cards/RX-01.yaml', LABELLED, to]], { 'hooks/sources.yaml': sources });

  it.each([
    [
      '{ key: ABC21 }',
      { key: 'ABC21', label: 'A guideline', url: 'https://pubmed.ncbi.nlm.nih.gov/12/' },
    ],
    ['{ label: Own choice }', { label: 'Own choice' }],
  ])('is %j as the table or the card has it', async (to, expected) => {
    const content = await contentOf(compiler, withSource(`source: ${to}\n`));
    expect(content.cards.get('RX-01')?.source).toEqual(expected);
  });

  it.each([
    [
      '{ key: ABC12 }',
      '14:11: error: hooks/sources.yaml has no source "ABC12". Did you mean "ABC21"?',
    ],
    [
      '{ key: ABC21, label: More }',
      '14:1: error: "source": needs "key", or "label" with or without "url"',
    ],
    [
      '{ url: https://example.org }',
      '14:1: error: "source": needs "key", or "label" with or without "url"',
    ],
  ])('%s is refused', async (to, message) => {
    const faults = await faultsOf(compiler, withSource(`source: ${to}\n`));
    expect(faults).toEqual([`hooks/cards/RX-01.yaml:${message}`]);
  });
});

it('is cited without error in the content of this project', async () => {
  const faults = await checkCitations(ROOT, TODAY);
  expect(faults.filter(({ severity }) => severity === 'error').map(formatFault)).toEqual([]);
});
