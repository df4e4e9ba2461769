import { codeKey, isInFamily, type CodeFamily, type Coding } from '../cql/codes.ts';
import { readCsv } from './csv-file.ts';
import type { ContentFault } from './fault.ts';
import type { ContentFile } from './read-files.ts';
import { codeSystemFile } from './schema.ts';
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

  /** How the list calls a code; undefined when it is not in it. */
  displayOf(coding: Coding): string | undefined {
    return this.#displays.get(codeKey(coding))?.values().next().value;
  }

  /** What is wrong with a family: no verified code is of it. */
  familyObjection(family: CodeFamily): string | undefined {
    if (this.isEmpty || this.#codings.some((coding) => isInFamily(family, coding)))
      return undefined;
    return `No code of the verified list is of the family ${family.written}; confirm it in a public source and add its head to cql/terminology/codes.csv`;
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
    if (file === UNITS_FILE) continue;
    if (file.endsWith('.csv')) readList(source, codes, faults);
    else {
      const read = readYaml(file, text, codeSystemFile);
      faults.push(...read.faults);
      const { url = '', concept = [] } = read.value ?? {};
      for (const { code, display } of concept) codes.add(url, code, display);
    }
  }
  return codes;
}

function readList(source: ContentFile, codes: VerifiedCodes, faults: ContentFault[]): void {
  const { file } = source;
  for (const [i, row] of readCsv(source, faults).entries()) {
    const { system = '', code = '', display = '', confidence } = row;
    const uri = SYSTEM_URIS[system] ?? (URL.canParse(system) ? system : undefined);
    const fault = (message: string): void => {
      faults.push({ file, line: i + 2, column: 1, severity: 'error', message });
    };
    if (uri === undefined) fault(`The code system "${system}" is not known here`);
    else if (confidence !== 'verified') fault(`Code ${code} is listed but not verified`);
    else codes.add(uri, code, display);
  }
}
