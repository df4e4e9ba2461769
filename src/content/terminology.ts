import { codeKey, isInFamily, type CodeFamily, type Coding } from '../engine/codes.ts';
import { readCsv } from './csv-file.ts';
import type { ContentFault } from './fault.ts';
import type { ContentFile } from './read-files.ts';
import { RELATIONS_FILE } from './relations.ts';
import { terminologyFile } from './fhir-schema.ts';
import { UNITS_FILE } from './unit-spellings.ts';
import { readYaml } from './yaml-file.ts';

/** The code systems of the verified list by the names people use for them. */
const SYSTEM_URIS: Readonly<Record<string, string>> = {
  // https://hl7.org/fhir/R4/terminologies-systems.html
  'ICD-10-CM': 'http://hl7.org/fhir/sid/icd-10-cm',
  'SNOMED CT': 'http://snomed.info/sct',
  LOINC: 'http://loinc.org',
  RxNorm: 'http://www.nlm.nih.gov/research/umls/rxnorm',
};

/** The remark of a row, at the end of its source, that ends a code's use: `[deleted FY2026, …]`. */
const NO_LONGER_VALID = /\[((?:deleted|inactive|retired|no longer valid)\b[^\]]*)\]/i;

/** One row of the verified list, or one concept of the project's own code systems. */
export interface VerifiedCode extends Coding {
  readonly display: string;
  /** What the list files the code under; empty in the project's own code systems. */
  readonly group: string;
  /** Why the code is no longer to be used, as its row says. */
  readonly noLongerValid: string | undefined;
  /** Where it stands. */
  readonly file: string;
  readonly line: number;
}

/** The codes that content may use; empty when the folder keeps no list. */
export class VerifiedCodes {
  readonly #byKey = new Map<string, VerifiedCode[]>();
  #all: readonly VerifiedCode[] | undefined;

  add(code: VerifiedCode): void {
    const key = codeKey(code);
    this.#byKey.set(key, [...(this.#byKey.get(key) ?? []), code]);
    this.#all = undefined;
  }

  get isEmpty(): boolean {
    return this.#byKey.size === 0;
  }

  /** Every row, in the order of first mention. */
  get all(): readonly VerifiedCode[] {
    return (this.#all ??= [...this.#byKey.values()].flat());
  }

  /** The rows of a code; none when it is not in the list. */
  rowsOf(coding: Coding): readonly VerifiedCode[] {
    return this.#byKey.get(codeKey(coding)) ?? [];
  }

  /** What is wrong with a coding, as a sentence; undefined when nothing is. */
  objection(coding: {
    system: string;
    code: string;
    display?: string | undefined;
  }): string | undefined {
    const { system, code, display } = coding;
    if (this.isEmpty) return undefined;
    const rows = this.rowsOf(coding);
    if (rows.length === 0) {
      return `Code ${code} of ${system} is not in the verified list; confirm it in a public source and add it to cql/terminology/codes.csv`;
    }
    const gone = rows.find(({ noLongerValid }) => noLongerValid !== undefined);
    if (gone?.noLongerValid !== undefined) {
      return `Code ${code} of ${system} is no longer valid (${gone.file}:${gone.line}: ${gone.noLongerValid}); use what replaced it`;
    }
    const displays = new Set(rows.map((row) => row.display));
    if (display === undefined || displays.has(display)) return undefined;
    return `Code ${code} of ${system} has the display "${display}", but the verified list says "${[...displays].join('" or "')}"`;
  }

  /** How the list calls a code; undefined when it is not in it. */
  displayOf(coding: Coding): string | undefined {
    return this.rowsOf(coding)[0]?.display;
  }

  /** What is wrong with a family: its head, or any code of its pattern, is not in the list. */
  familyObjection(family: CodeFamily): string | undefined {
    if (this.isEmpty) return undefined;
    const { system, written: code, kind } = family;
    if (kind === 'pattern') {
      if (this.all.some((coding) => isInFamily(family, coding))) return undefined;
      return `No code of the verified list matches the pattern ${code}; confirm one in a public source and add it to cql/terminology/codes.csv`;
    }
    if (this.rowsOf({ system, code }).length > 0) return undefined;
    return `The head of the family ${code} is not in the verified list; confirm it in a public source and add it to cql/terminology/codes.csv`;
  }
}

/** Reads `cql/terminology/`: the verified list and the project's own code systems. */
export function readVerifiedCodes(
  files: readonly ContentFile[],
  faults: ContentFault[],
): VerifiedCodes {
  const codes = new VerifiedCodes();
  for (const source of files) {
    const { file, text } = source;
    if (file === UNITS_FILE || file === RELATIONS_FILE) continue;
    if (file.endsWith('.csv')) readList(source, codes, faults);
    else {
      const read = readYaml(file, text, terminologyFile);
      faults.push(...read.faults);
      if (read.value === undefined || read.value.resourceType !== 'CodeSystem') continue;
      const { yaml, value } = read;
      const { url: system, concept } = value;
      for (const [i, { code, display }] of concept.entries()) {
        codes.add({
          system,
          code,
          display,
          group: '',
          noLongerValid: undefined,
          file,
          // Worked out only for a fault: it costs more than all the rest of the file.
          get line() {
            return yaml.fault(['concept', i, 'code'], '').line;
          },
        });
      }
    }
  }
  return codes;
}

function readList(source: ContentFile, codes: VerifiedCodes, faults: ContentFault[]): void {
  const { file } = source;
  for (const [i, row] of readCsv(source, faults).entries()) {
    const {
      system = '',
      code = '',
      display = '',
      valueset = '',
      source: from = '',
      confidence,
    } = row;
    const uri = SYSTEM_URIS[system] ?? (URL.canParse(system) ? system : undefined);
    const fault = (message: string): void => {
      faults.push({ file, line: i + 2, column: 1, severity: 'error', message });
    };
    if (uri === undefined) fault(`The code system "${system}" is not known here`);
    else if (confidence !== 'verified') fault(`Code ${code} is listed but not verified`);
    else {
      const noLongerValid = NO_LONGER_VALID.exec(from)?.[1];
      codes.add({ system: uri, code, display, group: valueset, noLongerValid, file, line: i + 2 });
    }
  }
}
