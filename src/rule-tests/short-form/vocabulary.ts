import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { ContentFault } from '../../content/fault.ts';
import { readContentFiles } from '../../content/read-files.ts';
import { text } from '../../content/schema.ts';
import { readVerifiedCodes, type VerifiedCode } from '../../content/terminology.ts';
import { readUnitSpellings, UNITS_FILE } from '../../content/unit-spellings.ts';
import { readYaml } from '../../content/yaml-file.ts';
import type { Coding } from '../../engine/codes.ts';
import { foldUnit } from '../../engine/units.ts';
import { didYouMean } from '../../translate/nearest-name.ts';

/** Where a content folder keeps the short names that its cases use. */
export const SHORT_NAMES_FILE = 'test/rules/short-names.yaml';

const shortNames = z.record(text, text.describe('A code or a name of the verified list'));

/** `test/rules/short-names.yaml`: what cases call codes, beside the names of the verified list. */
export const shortNamesFile = z.strictObject({
  names: shortNames.optional().describe('What is found, ordered, done or taken'),
  sides: shortNames.optional().describe('Where on the body: left, right'),
});

/** A coding as a record carries it. */
export type ShortCoding = Coding & { readonly display?: string };

/** A value, or why there is none, as a sentence. */
export type Read<T> = { readonly value: T } | { readonly problem: string };

/** The words that the content gives to the short form of cases. */
export class Vocabulary {
  readonly #byCode: ReadonlyMap<string, readonly VerifiedCode[]>;
  /** By the display as listed, and without the tag that SNOMED CT sets after it. */
  readonly #byName: ReadonlyMap<string, readonly VerifiedCode[]>;
  readonly #names = new Map<string, ShortCoding>();
  readonly #sides = new Map<string, ShortCoding>();
  readonly #units: ReadonlyMap<string, string>;

  constructor(codes: readonly VerifiedCode[], units: ReadonlyMap<string, string>) {
    this.#byCode = Map.groupBy(codes, ({ code }) => code);
    const named = codes.flatMap((code) => namesOf(code).map((name) => ({ name, code })));
    const byName = Map.groupBy(named, ({ name }) => name);
    this.#byName = new Map([...byName].map(([name, all]) => [name, all.map(({ code }) => code)]));
    this.#units = units;
  }

  get sides(): readonly string[] {
    return [...this.#sides.keys()];
  }

  /** The code of a side of the body. */
  sideOf(name: string): ShortCoding | undefined {
    return this.#sides.get(name);
  }

  /** The UCUM code of a unit, as the content's table spells it. */
  unitOf(spelling: string): Read<string> {
    const code = this.#units.get(foldUnit(spelling));
    if (code !== undefined) return { value: code };
    const near = didYouMean(spelling, this.#units.keys());
    const remedy = `add it to ${UNITS_FILE}, or write it in quotation marks where it has no code`;
    return {
      problem: [`The unit "${spelling}" is not known; ${remedy}.`, near].filter(Boolean).join(' '),
    };
  }

  /** What a code or name stands for: a code without a display, a name with itself as the display. */
  codingOf(name: string): Read<ShortCoding> {
    const short = this.#names.get(name);
    if (short) return { value: short };
    const coded = this.#byCode.get(name);
    const rows = coded ?? this.#byName.get(name) ?? [];
    const codings = [...new Map(rows.map((row) => [`${row.system}|${row.code}`, row])).values()];
    const [first, second] = codings;
    if (first === undefined) {
      const near = didYouMean(name, this.#everyName());
      const remedy = 'write a code or a name of cql/terminology, or a name of';
      return {
        problem: [`"${name}" is not known; ${remedy} ${SHORT_NAMES_FILE}.`, near]
          .filter(Boolean)
          .join(' '),
      };
    }
    if (second !== undefined) {
      const all = codings.map(({ system, code }) => `${code} of ${system}`).join(' and ');
      return { problem: `"${name}" names ${all}; write the code, or the resource in FHIR.` };
    }
    const { system, code } = first;
    return { value: coded ? { system, code } : { system, code, display: name } };
  }

  /** Adds a short name; says what is wrong when it cannot stand for that. */
  addName(kind: 'names' | 'sides', name: string, target: string): string | undefined {
    if (/[,"]/.test(name)) return `A short name holds neither comma nor quotation mark`;
    if (
      kind === 'names' &&
      (this.#names.has(name) || this.#byCode.has(name) || this.#byName.has(name))
    ) {
      return `"${name}" is a code or a name already`;
    }
    const found = this.codingOf(target);
    if ('problem' in found) return found.problem;
    (kind === 'names' ? this.#names : this.#sides).set(name, found.value);
    return undefined;
  }

  *#everyName(): Iterable<string> {
    yield* this.#names.keys();
    yield* this.#byCode.keys();
    yield* this.#byName.keys();
  }
}

/** Reads the words below a content folder; its terminology is checked elsewhere. */
export async function loadVocabulary(
  root: string,
): Promise<{ vocabulary: Vocabulary; faults: readonly ContentFault[] }> {
  const terminology = (await readContentFiles(root)).get('cql/terminology') ?? [];
  const units = readUnitSpellings(terminology, []);
  const vocabulary = new Vocabulary(
    readVerifiedCodes(terminology, []).all,
    new Map(units.map(({ spelling, ucum }) => [foldUnit(spelling), ucum])),
  );
  const written = await readFile(join(root, SHORT_NAMES_FILE), 'utf8').catch(() => '{}');
  const read = readYaml(SHORT_NAMES_FILE, written, shortNamesFile);
  if (read.value === undefined) return { vocabulary, faults: read.faults };
  for (const kind of ['names', 'sides'] as const) {
    for (const [name, target] of Object.entries(read.value[kind] ?? {})) {
      const objection = vocabulary.addName(kind, name, target);
      if (objection !== undefined) read.faults.push(read.yaml.fault([kind, name], objection));
    }
  }
  return { vocabulary, faults: read.faults };
}

function namesOf({ display }: VerifiedCode): string[] {
  const plain = display.replace(/ \([^()]+\)$/, '');
  return plain === display ? [display] : [display, plain];
}
