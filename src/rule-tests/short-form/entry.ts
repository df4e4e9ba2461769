import { z } from 'zod';
import type { ContentFault } from '../../content/fault.ts';
import { resource, text } from '../../content/schema.ts';
import type { YamlFile, YamlPath } from '../../content/yaml-file.ts';
import { didYouMean } from '../../translate/nearest-name.ts';
import { isObject } from '../../fhir/resource.ts';
import { expand } from './expand.ts';
import { describeParts, KIND_NAMES, KINDS, type Kind, type KindName } from './kinds.ts';
import type { Vocabulary } from './vocabulary.ts';

const short = KIND_NAMES.map((name) => {
  const kind: Kind = KINDS[name];
  const first = kind.what ? 'What: a code, a name or in words "…". Then, ' : '';
  const parts = describeParts(kind, undefined);
  return z.strictObject(
    { [name]: text.describe(`${first}between commas, in any order: ${parts}`) },
    {
      error: ({ code }) =>
        code === 'unrecognized_keys'
          ? `belongs in the text of "${name}", after a comma`
          : undefined,
    },
  );
});

/** One thing of a patient's record: a FHIR R4 resource, or a line like `finding: pain, yes, today`. */
export const entry = z.union([...short, resource], { error: ({ input }) => objection(input) });
export type Entry = z.infer<typeof entry>;
export type FhirResource = z.infer<typeof resource>;

/** The resources that entries stand for, and a fault at each entry that cannot be read. */
export function expandEntries(
  entries: readonly Entry[],
  at: YamlPath,
  yaml: YamlFile,
  vocabulary: Vocabulary,
): { readonly resources: FhirResource[]; readonly faults: ContentFault[] } {
  const resources: FhirResource[] = [];
  const faults: ContentFault[] = [];
  for (const [i, written] of entries.entries()) {
    const kind = KIND_NAMES.find((name) => Object.hasOwn(written, name));
    if (kind === undefined || 'resourceType' in written) {
      resources.push(written as FhirResource); // checked by the schema
      continue;
    }
    const said: unknown = (written as Record<string, unknown>)[kind];
    const read = expand(kind, String(said), vocabulary);
    if ('value' in read) resources.push(read.value);
    else faults.push(yaml.fault([...at, i, kind], read.problem));
  }
  return { resources, faults };
}

/** What is wrong with an entry of no kind. */
function objection(input: unknown): string {
  const kinds = `a FHIR resource with "resourceType", or one of ${KIND_NAMES.join(', ')}`;
  if (!isObject(input)) return `must be ${kinds}`;
  const names = Object.keys(input);
  const known = names.find((name): name is KindName => KIND_NAMES.includes(name as KindName));
  if (known !== undefined) return `"${known}" must be text; put a number between quotation marks`;
  const near = names.flatMap((name) => didYouMean(name, KIND_NAMES) ?? []);
  return near.length === 0 ? `must be ${kinds}` : `must be ${kinds}. ${near.join(' ')}`;
}
