import { CsvError, parse } from 'csv-parse/sync';
import { codeKey, isInFamily, type CodeFamily } from '../cql/codes.ts';
import type { ContentFault } from './fault.ts';
import type { ContentFile } from './read-files.ts';
import { codeSystemFile } from './schema.ts';
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
  let rows: Record<string, string>[];
  try {
    rows = parse(text, { columns: true, bom: true, trim: true });
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    const line = typeof error['lines'] === 'number' ? error['lines'] : 1;
    faults.push({ file, line, column: 1, severity: 'error', message: error.message });
    return;
  }
  for (const [i, { system = '', code = '', display = '', confidence }] of rows.entries()) {
    const uri = SYSTEM_URIS[system] ?? (URL.canParse(system) ? system : undefined);
    const fault = (message: string): void => {
      faults.push({ file, line: i + 2, column: 1, severity: 'error', message });
    };
    if (uri === undefined) fault(`The code system "${system}" is not known here`);
    else if (confidence !== 'verified') fault(`Code ${code} is listed but not verified`);
    else codes.add(uri, code, display);
  }
}
