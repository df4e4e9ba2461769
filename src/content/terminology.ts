import { parse } from 'csv-parse/sync';
import type { ValueSetCodes } from '../cql/code-service.ts';
import { codeKey, hasFamilies, isInFamily, normalizeCode, type CodeFamily } from '../cql/codes.ts';
import type { ContentFault } from './fault.ts';
import type { ContentFile } from './read-files.ts';
import { codeSystemFile, valueSetFile, type ValueSetPart } from './schema.ts';
import { readYaml, type YamlFile } from './yaml-file.ts';

/** The code systems of the verified list by the names people use for them. */
const SYSTEM_URIS: Readonly<Record<string, string>> = {
  // https://hl7.org/fhir/R4/terminologies-systems.html
  'ICD-10-CM': 'http://hl7.org/fhir/sid/icd-10-cm',
  'SNOMED CT': 'http://snomed.info/sct',
  LOINC: 'http://loinc.org',
  RxNorm: 'http://www.nlm.nih.gov/research/umls/rxnorm',
};

/** Displays of the codes that content may use; undefined when the folder keeps no list. */
export class VerifiedCodes {
  readonly #displays = new Map<string, ReadonlySet<string>>();
  readonly #codings: { system: string; code: string }[] = [];

  add(system: string, code: string, display: string): void {
    const key = codeKey({ system, code });
    this.#displays.set(key, new Set([...(this.#displays.get(key) ?? []), display]));
    this.#codings.push({ system, code });
  }

  get isEmpty(): boolean {
    return this.#displays.size === 0;
  }

  /** What is wrong with a coding, as a sentence; undefined when nothing is. */
  objection(coding: {
    system: string;
    code: string;
    display?: string | undefined;
  }): string | undefined {
    const { system, code, display } = coding;
    if (this.isEmpty) return undefined;
    const displays = this.#displays.get(codeKey({ system, code }));
    if (!displays) {
      return `Code ${code} of ${system} is not in the verified list; confirm it in a public source and add it to cql/terminology/codes.csv`;
    }
    if (display === undefined || displays.has(display)) return undefined;
    return `Code ${code} of ${system} has the display "${display}", but the verified list says "${[...displays].join('" or "')}"`;
  }

  /** What is wrong with a family: no verified code is of it. */
  familyObjection(family: CodeFamily): string | undefined {
    if (this.isEmpty || this.#codings.some((coding) => isInFamily(family, coding)))
      return undefined;
    return `No code of the verified list begins with ${family.prefix}; confirm the family in a public source and add its head to cql/terminology/codes.csv`;
  }
}

/** Reads `cql/terminology/`: the verified list and the project's own code systems. */
export function readVerifiedCodes(
  files: readonly ContentFile[],
  faults: ContentFault[],
): VerifiedCodes {
  const codes = new VerifiedCodes();
  for (const { file, text } of files) {
    if (file.endsWith('.csv')) readList(file, text, codes, faults);
    else {
      const read = readYaml(file, text, codeSystemFile);
      faults.push(...read.faults);
      const { url = '', concept = [] } = read.value ?? {};
      for (const { code, display } of concept) codes.add(url, code, display);
    }
  }
  return codes;
}

function readList(file: string, text: string, codes: VerifiedCodes, faults: ContentFault[]): void {
  const rows: Record<string, string>[] = parse(text, { columns: true, bom: true, trim: true });
  for (const [i, { system = '', code = '', display = '', confidence }] of rows.entries()) {
    const uri = SYSTEM_URIS[system];
    const fault = (message: string): void => {
      faults.push({ file, line: i + 2, column: 1, severity: 'error', message });
    };
    if (uri === undefined) fault(`The code system "${system}" is not known here`);
    else if (confidence !== 'verified') fault(`Code ${code} is listed but not verified`);
    else codes.add(uri, code, display);
  }
}

/** Reads `cql/valuesets/`, and holds each code and family to the verified list. */
export function readValueSets(
  files: readonly ContentFile[],
  verified: VerifiedCodes,
  faults: ContentFault[],
): ValueSetCodes[] {
  const byUrl = new Map<string, ValueSetCodes & { file: string }>();
  for (const { file, text } of files) {
    const read = readYaml(file, text, valueSetFile);
    faults.push(...read.faults);
    if (read.value === undefined) continue;
    const { url, compose } = read.value;
    const other = byUrl.get(url);
    if (other) faults.push(read.yaml.fault(['url'], `Value set ${url} is also in ${other.file}`));
    const part = (name: 'include' | 'exclude') =>
      (compose[name] ?? []).map((value, i) =>
        readPart(value, ['compose', name, i], { verified, faults, yaml: read.yaml }),
      );
    const [include, exclude] = [part('include'), part('exclude')];
    byUrl.set(url, {
      file,
      url,
      codes: include.flatMap(({ codes }) => codes),
      families: include.flatMap(({ families }) => families),
      // A single code that is taken out is a family of its own spelling.
      excluded: exclude.flatMap(({ codes, families }) => [...codes.map(asFamily), ...families]),
    });
  }
  return [...byUrl.values()];
}

function readPart(
  { system, concept = [], filter = [] }: ValueSetPart,
  path: readonly (string | number)[],
  world: { verified: VerifiedCodes; faults: ContentFault[]; yaml: YamlFile },
): { codes: ValueSetCodes['codes']; families: readonly CodeFamily[] } {
  const fault = (at: readonly (string | number)[], message: string | undefined): void => {
    if (message !== undefined) world.faults.push(world.yaml.fault([...path, ...at], message));
  };
  for (const [i, { code, display }] of concept.entries()) {
    fault(['concept', i, 'code'], world.verified.objection({ system, code, display }));
  }
  for (const [i, { value }] of filter.entries()) {
    const message = hasFamilies(system)
      ? world.verified.familyObjection(asFamily({ system, code: value }))
      : `Codes of ${system} are not spelt by hierarchy; list them one by one`;
    fault(['filter', i, 'value'], message);
  }
  return {
    codes: concept.map(({ code, display }) => ({ system, code, display })),
    families: filter.map(({ value }) => asFamily({ system, code: value })),
  };
}

function asFamily(coding: { system: string; code: string }): CodeFamily {
  const { system, code } = normalizeCode(coding);
  return { system, prefix: code };
}
