import { gunzipSync, gzipSync } from 'node:zlib';
import type { Elm, ElmLibraries, ElmLibrary } from './elm.ts';

/**
 * A compiled library as it is kept and passed on: what evaluation needs, and beside it the whole,
 * compressed, which is four times as large: with places, texts and the types of all elements.
 */
export interface PackedElm {
  readonly library: ElmLibrary;
  readonly whole: Uint8Array;
}

/** Packs a library as the translator wrote it, given as it was parsed, too. */
export function packElm({ library }: Elm, json: string): PackedElm {
  return { library: slim(library) as ElmLibrary, whole: gzipSync(json) }; // the same shape, with fewer fields
}

/** Unpacks what evaluation needs; the whole is there for who asks. */
export function openElm({ library, whole }: PackedElm): Elm {
  return { library, whole: () => JSON.parse(gunzipSync(whole).toString()) as Elm }; // packElm()'s
}

const known = new WeakMap<ElmLibraries, ElmLibraries>();

/**
 * The libraries with all that the translator said of them. They are the same each time for one
 * program, so that an element can be known by identity; its local id is that of the slim one.
 */
export function wholeOf(program: ElmLibraries): ElmLibraries {
  const before = known.get(program);
  if (before) return before;
  const elms = [...program.elms].map(([name, elm]) => [name, elm.whole?.() ?? elm] as const);
  const whole = { elms: new Map(elms) };
  known.set(program, whole);
  return whole;
}

/** Where an element stands in the CQL, as `12:3-14:5`; undefined for what nobody wrote. */
export function locatorOf(
  program: ElmLibraries,
  library: string,
  localId: string,
): string | undefined {
  const elm = program.elms.get(library);
  const find = (value: unknown): string | undefined => {
    if (typeof value !== 'object' || value === null) return undefined;
    const element = value as { readonly localId?: string; readonly locator?: string }; // ELM is a tree of these
    if (element.localId === localId) return element.locator;
    for (const [field, child] of Object.entries(value)) {
      const found = field === 'annotation' ? undefined : find(child);
      if (found !== undefined) return found;
    }
    return undefined;
  };
  return find(elm?.whole?.() ?? elm);
}

/** What no evaluation reads: places, texts, and types that the translator found. */
const SHOWN = new Set([
  'annotation',
  'locator',
  'resultTypeName',
  'resultTypeSpecifier',
  'signature',
]);

/** Declarations keep their own place and type, which are checked where content is loaded. */
const DECLARING = new Set(['statements', 'parameters', 'valueSets', 'codes', 'codeSystems']);

function slim(library: ElmLibrary): object {
  const fields = Object.entries(library).map(([field, value]) => {
    if (!DECLARING.has(field)) return [field, bare(value)];
    const { def } = value as { def: readonly object[] }; // as in each of these
    return [field, { def: def.map((one) => bareFields(one, (own) => own !== 'annotation')) }];
  });
  return Object.fromEntries(fields.filter(([field]) => field !== 'annotation'));
}

function bare(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(bare);
  if (typeof value !== 'object' || value === null) return value;
  return bareFields(value, (field) => !SHOWN.has(field));
}

function bareFields(element: object, isKept: (field: string) => boolean): object {
  const fields = Object.entries(element).filter(([field]) => isKept(field));
  return Object.fromEntries(fields.map(([field, value]) => [field, bare(value)]));
}
