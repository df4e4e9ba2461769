import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { ContentFault } from '../content/fault.ts';
import { readYaml } from '../content/yaml-file.ts';
import { excerpt } from '../cql/elm-tree.ts';
import type { Program } from '../cql/program.ts';
import { parseExpressionName } from '../facts.ts';
import { mutantsOf, type Mutant } from './mutants.ts';

/** Where a content folder says which changes no case has to notice. */
const FILE = 'test/mutants.yaml';

const text = z.string().min(1);

/** `test/mutants.yaml`: changes that no case can notice, each as `nerveroot mutate` names it. */
export const acceptedFile = z.array(
  z.strictObject({
    in: text
      .regex(/^\w+\../, 'must be written Library.Define')
      .describe('Library.Define; a function or parameter likewise'),
    change: text.describe('What became what'),
    text: text.describe('What stands there; the rest of a long text is left out with …'),
    reason: text.describe('Why no case can notice it'),
  }),
);

/** One entry of the file. */
export interface AcceptedChange {
  readonly library: string;
  readonly reason: string;
  /** A fault at the place of the entry. */
  readonly fault: (message: string) => ContentFault;
}

/** What a content folder accepts. */
export interface AcceptedChanges {
  readonly changes: readonly AcceptedChange[];
  readonly faults: readonly ContentFault[];
  /** The entry that names this mutant. */
  readonly accepting: (mutant: Mutant) => AcceptedChange | undefined;
}

/**
 * Reads the accepted changes below the root; `texts` is the CQL by library. An entry that names no
 * change is a warning: the CQL may have changed since.
 */
export async function loadAccepted(
  root: string,
  program: Program,
  texts: ReadonlyMap<string, string>,
): Promise<AcceptedChanges> {
  const path = join(root, FILE);
  const read = readYaml(FILE, existsSync(path) ? await readFile(path, 'utf8') : '[]', acceptedFile);
  const nameOf = ({ library, within, what, context }: Mutant): string =>
    nameFrom(`${library}.${within}`, what, excerpt(texts.get(library) ?? '', context));
  const changes = new Map<string, AcceptedChange>();
  if (!read.value) return { changes: [], faults: read.faults, accepting: () => undefined };
  const { value, yaml, faults } = read;
  const there = new Set(mutantsOf(program, [...texts.keys()]).map(nameOf));
  for (const [i, { in: within, change, text: standing, reason }] of value.entries()) {
    const name = nameFrom(within, change, standing);
    const { library } = parseExpressionName(within, '');
    if (!texts.has(library))
      faults.push(yaml.fault([i, 'in'], `There is no CQL library ${library}`));
    else if (changes.has(name)) faults.push(yaml.fault([i], 'This change is accepted twice'));
    else if (!there.has(name)) faults.push(yaml.fault([i], GONE, 'warning'));
    else changes.set(name, { library, reason, fault: (message) => yaml.fault([i], message) });
  }
  return {
    changes: [...changes.values()],
    faults,
    accepting: (mutant) => changes.get(nameOf(mutant)),
  };
}

const GONE =
  'No change of the CQL has this name; see what "nerveroot mutate" calls it now, or take the entry out';

function nameFrom(within: string, change: string, standing: string): string {
  return JSON.stringify([within, change, standing]);
}
