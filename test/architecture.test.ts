import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findIncludeCycles } from '../src/translate/include-cycles.ts';
import { ROOT } from './support/content.ts';

/** The table of rooms in docs/architecture.md: each room, and the rooms it may import. */
const MAY_IMPORT = readTable(readFileSync(join(ROOT, 'docs', 'architecture.md'), 'utf8'));

/** "`a` `b` and below" allows `a`, `b` and all that these may import; without "and below", only themselves. */
function readTable(page: string): ReadonlyMap<string, ReadonlySet<string>> {
  const rooms = new Map<string, ReadonlySet<string>>();
  for (const [, names = '', , allowed = ''] of page.matchAll(/^\| (`.+?`) \| (.*) \|(.*)\|$/gm)) {
    const direct = namesIn(allowed);
    const below = allowed.includes('and below')
      ? direct.flatMap((name) => [...(rooms.get(name) ?? [])])
      : [];
    for (const name of namesIn(names)) rooms.set(name, new Set([...direct, ...below]));
  }
  return rooms;
}

/** Names of rooms; what stands in brackets is a remark. */
function namesIn(cell: string): string[] {
  return [...cell.replaceAll(/\(.*?\)/g, '').matchAll(/`([a-z-]+)`/g)].flatMap(([, n]) => n ?? []);
}

/** Packages that only one room (or two) may know. */
const OWNED_PACKAGES: Readonly<Record<string, readonly string[]>> = {
  'cql-execution': ['engine'],
  'cql-exec-fhir': ['engine'],
  '@lhncbc/ucum-lhc': ['engine', 'translate'],
  '@cqframework/cql': ['translate'],
  'fhir-kit-client': ['fhir'],
  express: ['http', 'sandbox', 'web'],
  '@medplum': ['sandbox'],
  cors: ['http'],
  commander: ['cli'],
  mustache: ['cards'],
};

/** The name of each type and value that a file exports where it declares it. */
const EXPORTED =
  /^export (?:declare |abstract |async )*(?:class|const|enum|function\*?|interface|let|type) (\w+)/gm;

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

/** The files of src/ that a file imports. */
function filesOf(file: string, imports: readonly string[]): string[] {
  return imports
    .filter((specifier) => specifier.startsWith('.'))
    .map((specifier) => relative(join(ROOT, 'src'), join(ROOT, 'src', file, '..', specifier)));
}

describe('the architecture', () => {
  it('has a row for each room', () => {
    const rooms = new Set(sources.map(({ room }) => room));
    expect([...rooms].filter((room) => !MAY_IMPORT.has(room))).toEqual([]);
  });

  it('has no room in the table that is not there, and names each before it is imported', () => {
    const rooms = new Set(sources.map(({ room }) => room));
    expect([...MAY_IMPORT.keys()].filter((room) => !rooms.has(room))).toEqual([]);
    const named = [...MAY_IMPORT].flatMap(([, allowed]) => [...allowed]);
    expect(named.filter((room) => room !== 'page' && !rooms.has(room))).toEqual([]);
  });

  it('has no circle of files, types included', () => {
    const graph = new Map(
      sources.map(({ file, imports }) => [file, filesOf(file, imports)] as const),
    );
    expect(findIncludeCycles(graph).map(({ path }) => path.join(' → '))).toEqual([]);
  });

  it('lets rooms import only what stands below them', () => {
    const offences = sources.flatMap((source) =>
      source.imports
        .filter((specifier) => specifier.startsWith('.'))
        .map((specifier) => targetRoom(source, specifier))
        .filter((room) => room !== source.room && MAY_IMPORT.get(source.room)?.has(room) !== true)
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

  it('gives no exported name to two things', () => {
    const homes = new Map<string, string[]>();
    for (const { file, text } of sources) {
      for (const [, name = ''] of text.matchAll(EXPORTED)) {
        homes.set(name, [...(homes.get(name) ?? []), file]);
      }
    }
    const twice = [...homes].filter(([, files]) => new Set(files).size > 1);
    expect(twice.map(([name, files]) => `${name}: ${files.join(', ')}`)).toEqual([]);
  });

  it('takes time and ids from outside, which come in by the doors of the process and of a worker', () => {
    const offences = sources
      .filter(({ file }) => file !== 'main.ts' && file !== 'worker.ts')
      .filter(({ text }) => /Date\.now\(|new Date\(\)|randomUUID\(/.test(text))
      .map(({ file }) => file);
    expect(offences).toEqual([]);
  });

  it('takes the environment from outside, which comes in by the door of the process alone', () => {
    const offences = sources
      .filter(({ file, text }) => file !== 'main.ts' && text.includes('process.env'))
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
