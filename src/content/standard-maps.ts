import { CodeService } from '../engine/code-service.ts';
import type { Coding } from '../engine/codes.ts';
import type { ContentFault } from './fault.ts';
import type { ContentFile } from './read-files.ts';
import { terminologyFile, type StandardMap } from './fhir-schema.ts';
import type { VerifiedCodes } from './terminology.ts';
import type { ReadValueSet } from './value-sets.ts';
import { readYaml, type YamlPath } from './yaml-file.ts';

/**
 * Checks the maps from the project's own codes to standard ones: both ends exist, and a
 * value set that holds the own code holds the standard code too, or the map says why not.
 *
 * @see https://hl7.org/fhir/R4/conceptmap.html
 */
export function checkStandardMaps(
  files: readonly ContentFile[],
  valueSets: readonly ReadValueSet[],
  verified: VerifiedCodes,
  faults: ContentFault[],
): void {
  const service = new CodeService(valueSets);
  const lacking = (own: Coding, standard: Coding): readonly ReadValueSet[] =>
    valueSets.filter(({ url }) => {
      const set = service.findValueSet(url);
      return set?.hasMatch(own) === true && !set.hasMatch(standard);
    });
  for (const { file, text } of files.filter((each) => each.file.endsWith('.json'))) {
    // What is no CodeSystem and no ConceptMap was reported where the list is read.
    const read = readYaml(file, text, terminologyFile);
    if (read.value === undefined || read.value.resourceType !== 'ConceptMap') continue;
    for (const { path, own, standard, comment } of mappingsOf(read.value)) {
      const objections = [verified.objection(own), verified.objection(standard)];
      const gaps = comment === undefined ? lacking(own, standard) : [];
      const messages = [
        ...objections.filter((objection) => objection !== undefined),
        ...gaps.map(
          (set) =>
            `${set.file} holds ${own.code}, but not ${standard.code}, which stands for it; add it there, or say in "comment" why not`,
        ),
      ];
      faults.push(...messages.map((message) => read.yaml.fault(path, message)));
    }
  }
}

interface Mapping {
  readonly path: YamlPath;
  readonly own: Coding;
  readonly standard: Coding & { readonly display: string };
  readonly comment: string | undefined;
}

function mappingsOf({ group }: StandardMap): Mapping[] {
  return group.flatMap(({ source, target: system, element }, g) =>
    element.flatMap(({ code, target }, e) =>
      target.map(({ code: standard, display, comment }, t) => ({
        path: ['group', g, 'element', e, 'target', t, 'code'],
        own: { system: source, code },
        standard: { system, code: standard, display },
        comment,
      })),
    ),
  );
}
