import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { ContentFault } from '../content/fault.ts';
import { text } from '../content/schema.ts';
import { readYaml } from '../content/yaml-file.ts';
import { parseExpressionName } from '../facts.ts';
import type { Mutant } from './mutants.ts';
import type { MutantName } from './names.ts';

/** Where a content folder says which changes no case has to notice. */
const FILE = 'test/mutants.yaml';

/** `test/mutants.yaml`: changes that no case can notice, each as `nerveroot mutate` names it. */
export const acceptedFile = z.array(
  z.strictObject({
    in: text
      .regex(/^\w+\../, 'must be written Library.Define')
      .describe('Library.Define; a function or parameter likewise'),
    change: text.describe('What became what'),
    text: text.describe('What stands there; the rest of a long text is left out with …'),
    nth: z
      .int()
      .min(1)
      .optional()
      .describe('Which, where several have this name; default: the first'),
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
 * Reads the accepted changes below the root, where `names` are those of all mutants. An entry that
 * names none is a warning: the CQL may have changed since.
 */
export async function loadAccepted(
  root: string,
  names: ReadonlyMap<Mutant, MutantName>,
): Promise<AcceptedChanges> {
  const path = join(root, FILE);
  const read = readYaml(FILE, existsSync(path) ? await readFile(path, 'utf8') : '[]', acceptedFile);
  if (!read.value) return { changes: [], faults: read.faults, accepting: () => undefined };
  const { value, yaml, faults } = read;
  const there = new Set([...names.values()].map(keyOf));
  const changes = new Map<string, AcceptedChange>();
  for (const [i, entry] of value.entries()) {
    const key = keyOf({ ...entry, nth: entry.nth ?? 1 });
    const { library } = parseExpressionName(entry.in, '');
    if (changes.has(key)) faults.push(yaml.fault([i], 'This change is accepted twice'));
    else if (!there.has(key)) faults.push(yaml.fault([i], GONE, 'warning'));
    changes.set(key, {
      library,
      reason: entry.reason,
      fault: (message) => yaml.fault([i], message),
    });
  }
  return {
    changes: [...changes].filter(([key]) => there.has(key)).map(([, change]) => change),
    faults,
    accepting(mutant) {
      const name = names.get(mutant);
      return name && changes.get(keyOf(name));
    },
  };
}

const GONE =
  'No change of the CQL has this name; see what "nerveroot mutate" calls it now, or take the entry out';

function keyOf({ in: within, change, text: standing, nth }: Omit<MutantName, 'count'>): string {
  return JSON.stringify([within, change, standing, nth]);
}
