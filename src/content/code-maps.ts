import type { CodeService } from '../engine/code-service.ts';
import { codeKey, type Coding } from '../engine/codes.ts';
import { CodeMap, type MappedCode } from '../reading/code-map.ts';
import type { ContentFault } from './fault.ts';
import type { ContentFile } from './read-files.ts';
import { conceptMapFile } from './fhir-schema.ts';
import { readYaml } from './yaml-file.ts';

/**
 * The code maps, by path. A code that neither a value set of the rules holds nor a card's
 * suggestion writes is a fault: nothing would come of what is mapped to it.
 *
 * @see https://hl7.org/fhir/R4/conceptmap.html
 */
export function loadCodeMaps(
  files: readonly ContentFile[],
  codeService: CodeService,
  written: readonly Coding[],
  faults: ContentFault[],
): Map<string, CodeMap> {
  const maps = new Map<string, CodeMap>();
  const isWritten = new Set(written.map(codeKey));
  for (const { file, text } of files) {
    const read = readYaml(file, text, conceptMapFile);
    faults.push(...read.faults);
    if (read.value === undefined) continue;
    const codes: MappedCode[] = [];
    for (const [g, { source, target: system, element }] of read.value.group.entries()) {
      for (const [e, { code, target }] of element.entries()) {
        for (const [t, { code: known, display, equivalence }] of target.entries()) {
          codes.push({
            source: { system: source, code },
            target: { system, code: known, ...(display === undefined ? {} : { display }) },
            isSame: equivalence === 'equivalent' || equivalence === 'equal',
          });
          const meant = { system, code: known };
          if (codeService.holds(meant) || isWritten.has(codeKey(meant))) continue;
          const message = `No value set of the rules holds code ${known} of ${system}, so no rule would see it, and no card suggests it; the data dictionary lists the codes that rules read`;
          const path = ['group', g, 'element', e, 'target', t, 'code'];
          faults.push(read.yaml.fault(path, message));
        }
      }
    }
    maps.set(file, new CodeMap(codes));
  }
  return maps;
}
