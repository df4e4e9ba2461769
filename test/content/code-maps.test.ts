import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { formatFault } from '../../src/content/fault.ts';
import { loadContent } from '../../src/content/load.ts';
import { lookAt } from '../../src/content/read-files.ts';
import { openLiveContent } from '../../src/content/source.ts';
import { aCompiler } from '../support/content.ts';
import { aFolder, writeFiles, type Files } from '../support/folder.ts';
import { MINI_CONTENT, miniContent } from '../support/mini-content.ts';

const compiler = aCompiler();
afterAll(() => compiler.translator.close());

const SNOMED = 'http://snomed.info/sct';

/** A ConceptMap from the site's code X to a code of SNOMED CT. */
function aConceptMap(code = '49727002', equivalence = 'equivalent'): string {
  return `resourceType: ConceptMap
group:
  - source: urn:site
    target: ${SNOMED}
    element:
      - code: X
        target: [{ code: "${code}", equivalence: ${equivalence} }]
`;
}

/** A value set of the mini content with these parts. */
function aSet(name: string, ...include: unknown[]): string {
  const url = `urn:mini:valueset:${name}`;
  return JSON.stringify({ resourceType: 'ValueSet', url, compose: { include } });
}

/** What loading says of the mini content with this file of site codes. */
async function faultsWith(text: string, content: Files = MINI_CONTENT): Promise<string[]> {
  const folder = aFolder({ ...content, 'site.yaml': text });
  const { faults } = await loadContent(folder, compiler, { codeMaps: [join(folder, 'site.yaml')] });
  return faults.map((fault) => formatFault(fault).slice(folder.length + 1));
}

describe('a file with the codes of a site', () => {
  it('is a FHIR ConceptMap, in YAML or JSON', async () => {
    const folder = aFolder({
      ...MINI_CONTENT,
      'a.yaml': aConceptMap(),
      'b.json': JSON.stringify({
        resourceType: 'ConceptMap',
        status: 'active',
        group: [
          {
            source: 'urn:b',
            target: SNOMED,
            element: [{ code: 'Y', target: [{ code: '49727002', equivalence: 'wider' }] }],
          },
        ],
      }),
    });
    const paths = ['a.yaml', 'b.json'].map((name) => join(folder, name));
    const { content, faults } = await loadContent(folder, compiler, { codeMaps: paths });
    expect(faults).toEqual([]);
    const cough = { system: SNOMED, code: '49727002' };
    expect(paths.map((path) => content?.codeMaps.get(path)?.sourcesOf(cough))).toEqual([
      [{ system: 'urn:site', code: 'X' }],
      [{ system: 'urn:b', code: 'Y' }],
    ]);
  });

  it('is refused where it leads to a code that no rule sees', async () => {
    expect(await faultsWith(aConceptMap('25064002'))).toEqual([
      `site.yaml:7:20: error: No value set of the rules holds code 25064002 of ${SNOMED}, so no rule would see it, and no card suggests it; the data dictionary lists the codes that rules read`,
    ]);
  });

  describe('that leads to a code of a value set which no library declares', () => {
    const FEVER = { system: SNOMED, concept: [{ code: '386661006', display: 'Fever' }] };
    const waiting = { 'cql/valuesets/fever.json': aSet('fever', FEVER) };

    it('is refused, since no rule sees it yet', async () => {
      expect(await faultsWith(aConceptMap('386661006'), miniContent([], waiting))).toEqual([
        expect.stringContaining('No value set of the rules holds code 386661006'),
      ]);
    });

    it('is taken when a value set of the rules takes that one in', async () => {
      const imports = { valueSet: ['urn:mini:valueset:fever'] };
      const cough = { system: SNOMED, concept: [{ code: '49727002', display: 'Cough' }] };
      const set = aSet('cough', cough, imports);
      const content = miniContent([], { ...waiting, 'cql/valuesets/cough.json': set });
      expect(await faultsWith(aConceptMap('386661006'), content)).toEqual([]);
    });

    it('is not blamed while a library does not compile', async () => {
      const edit = ['cql/Mini.cql', 'Today()', 'Today('] as const;
      const faults = await faultsWith(aConceptMap('386661006'), miniContent([edit], waiting));
      expect(faults.filter((fault) => fault.startsWith('site.yaml'))).toEqual([]);
    });
  });

  it('is refused where a code would say more than the local one does', async () => {
    expect(await faultsWith(aConceptMap('49727002', 'narrower'))).toEqual([
      'site.yaml:7:38: error: "group.0.element.0.target.0.equivalence": must be equivalent, equal, wider or subsumes: a local code stands only for what it certainly means',
    ]);
  });

  it('is refused when it is something else, or not there', async () => {
    expect(await faultsWith('resourceType: ValueSet')).toEqual([
      'site.yaml:1:1: error: "resourceType": Invalid input: expected "ConceptMap"',
      'site.yaml:1:1: error: "group": is missing',
    ]);
    const { faults } = await loadContent(aFolder(MINI_CONTENT), compiler, {
      codeMaps: ['/nowhere/site.yaml'],
    });
    expect(faults.map(formatFault)).toEqual([
      '/nowhere/site.yaml:1:1: error: The file with the codes of a site cannot be read',
    ]);
  });

  it('changes the version of the content, and is in force at the next call when saved', async () => {
    const folder = aFolder({ ...MINI_CONTENT, 'site.yaml': aConceptMap() });
    const path = join(folder, 'site.yaml');
    const source = await openLiveContent(
      () => loadContent(folder, compiler, { codeMaps: [path] }),
      lookAt(folder, { codeMaps: [path] }),
      () => {},
    );
    const before = await source.current();
    writeFiles(folder, { 'site.yaml': aConceptMap().replace('code: X', 'code: LONGER') });
    const after = await source.current();
    expect(after.version).not.toBe(before.version);
    expect(after.codeMaps.get(path)?.sourcesOf({ system: SNOMED, code: '49727002' })).toEqual([
      { system: 'urn:site', code: 'LONGER' },
    ]);
  });
});
