import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ROOT } from './support/content.ts';

/** The import table of docs/architecture.md: each room, and the rooms it may import. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  errors: [],
  facts: ['errors'],
  site: [],
  config: ['errors', 'site'],
  fhir: ['errors', 'facts'],
  'cds-hooks': ['errors', 'facts'],
  cql: ['errors', 'facts'],
  'patient-data': ['cql', 'fhir', 'cds-hooks', 'facts', 'errors'],
  cards: ['cql', 'fhir', 'cds-hooks', 'facts', 'errors'],
  content: ['patient-data', 'cards', 'cql', 'fhir', 'cds-hooks', 'facts', 'errors'],
  dictionary: ['content', 'cql', 'facts', 'errors'],
  coverage: ['cql', 'errors'],
  refresh: ['content', 'cql', 'fhir', 'errors'],
  decision: [
    'content',
    'patient-data',
    'cards',
    'cql',
    'fhir',
    'cds-hooks',
    'facts',
    'site',
    'errors',
  ],
  explanation: [
    'decision',
    'dictionary',
    'patient-data',
    'cards',
    'cql',
    'fhir',
    'facts',
    'errors',
  ],
  'rule-tests': [
    'decision',
    'content',
    'patient-data',
    'cards',
    'cql',
    'fhir',
    'cds-hooks',
    'facts',
    'errors',
  ],
  mutation: ['rule-tests', 'content', 'cards', 'cql', 'facts', 'errors'],
  doctor: ['decision', 'content', 'patient-data', 'cql', 'fhir', 'cds-hooks', 'site', 'errors'],
  http: ['decision', 'content', 'patient-data', 'cds-hooks', 'fhir', 'facts', 'errors'],
  sandbox: ['http', 'fhir', 'facts', 'errors'],
  web: ['http', 'content', 'patient-data', 'fhir', 'errors', 'page'],
  cli: [
    'doctor',
    'refresh',
    'sandbox',
    'web',
    'http',
    'rule-tests',
    'explanation',
    'coverage',
    'mutation',
    'dictionary',
    'decision',
    'content',
    'patient-data',
    'cql',
    'fhir',
    'cds-hooks',
    'config',
    'facts',
    'errors',
  ],
  main: ['cli', 'http', 'content', 'cql', 'config'],
};

/** Packages that only one room (or two) may know. */
const OWNED_PACKAGES: Readonly<Record<string, readonly string[]>> = {
  'cql-execution': ['cql'],
  'cql-exec-fhir': ['cql'],
  '@lhncbc/ucum-lhc': ['cql'],
  '@cqframework/cql': ['cql'],
  'fhir-kit-client': ['fhir'],
  express: ['http', 'sandbox', 'web'],
  '@medplum': ['sandbox'],
  cors: ['http'],
  commander: ['cli'],
  mustache: ['cards'],
};

interface SourceFile {
  readonly file: string;
  readonly room: string;
  readonly text: string;
  readonly imports: readonly string[];
}

const sources: SourceFile[] = readdirSync(join(ROOT, 'src'), { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts') && !name.endsWith('.d.ts'))
  .map((name) => {
    const file = name.replaceAll('\\', '/');
    const text = readFileSync(join(ROOT, 'src', file), 'utf8');
    const imports = [...text.matchAll(/(?:from|import)\s*\(?'([^']+)'/g)].map((m) => m[1] ?? '');
    return { file, room: roomOf(file), text, imports };
  });

function roomOf(file: string): string {
  return file.includes('/') ? (file.split('/')[0] ?? '') : file.replace(/\.ts$/, '');
}

function targetRoom(source: SourceFile, specifier: string): string {
  const path = relative(join(ROOT, 'src'), join(ROOT, 'src', source.file, '..', specifier));
  const name = path.replaceAll('\\', '/');
  return name.startsWith('../web/') ? 'page' : roomOf(name);
}

describe('the architecture', () => {
  it('has a row for each room', () => {
    const rooms = new Set(sources.map(({ room }) => room));
    expect([...rooms].filter((room) => !(room in MAY_IMPORT))).toEqual([]);
  });

  it('lets rooms import only what stands below them', () => {
    const offences = sources.flatMap((source) =>
      source.imports
        .filter((specifier) => specifier.startsWith('.'))
        .map((specifier) => targetRoom(source, specifier))
        .filter((room) => room !== source.room && !MAY_IMPORT[source.room]?.includes(room))
        .map((room) => `${source.file} imports ${room}`),
    );
    expect(offences).toEqual([]);
  });

  it('lets only the owning room know an engine, a server or a client library', () => {
    const offences = sources.flatMap(({ file, room, imports }) =>
      imports.flatMap((specifier) => {
        const name = Object.keys(OWNED_PACKAGES).find(
          (owned) => specifier === owned || specifier.startsWith(`${owned}/`),
        );
        return name === undefined || OWNED_PACKAGES[name]?.includes(room)
          ? []
          : [`${file} imports ${specifier}`];
      }),
    );
    expect(offences).toEqual([]);
  });

  it('takes time, ids and the environment from outside', () => {
    const offences = sources
      .filter(({ room }) => room !== 'main')
      .filter(({ text }) => /Date\.now\(|new Date\(\)|randomUUID\(|process\.env/.test(text))
      .map(({ file }) => file);
    expect(offences).toEqual([]);
  });

  it('holds no word of medicine: the engine serves any content', () => {
    const medical = /\b(lumbar|radicul|sciatic|cauda|spine|spinal|mri|injection|red.?flag)/i;
    const offences = sources.flatMap(({ file, text }) => {
      // The product's own name and description are allowed where people read them.
      const code = text.replaceAll(/CDS Hooks service for lumbar radiculopathy/g, '');
      return medical.test(code.replaceAll(/\/\*[\s\S]*?\*\/|\/\/[^\n]*/g, ''))
        ? [`${file}: ${medical.exec(code)?.[0] ?? ''}`]
        : [];
    });
    expect(offences).toEqual([]);
  });
});
