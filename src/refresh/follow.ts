import { RELATIONS_FILE, type Relation } from '../content/relations.ts';
import { codeKey, type Coding } from '../engine/codes.ts';
import { chunkOf } from '../fhir/chunk.ts';
import type { CodeQuestion, Expansion, TerminologyServer } from '../fhir/terminology.ts';

/** What a server knows to be made of a code, each once, and what it would not say. */
export interface MadeOf {
  readonly codes: readonly CodeQuestion[];
  readonly failures: readonly string[];
}

const NOT_ASKED: MadeOf = { codes: [], failures: [] };

/** Servers differ in how they understand a filter; to find nothing at all is no sign that nothing is missing. */
const NOTHING = `the FHIR server finds nothing by the relations in ${RELATIONS_FILE}`;

/**
 * Goes the ways to what is made of a code until the server understands one: servers differ in how
 * a filter writes a code, and in the direction in which they take a relation. A relation that is
 * refused hides nothing of the others. Never rejects.
 */
export async function followRelations(
  head: Coding,
  relations: readonly Relation[],
  server: TerminologyServer,
): Promise<MadeOf> {
  const tried: MadeOf[] = [];
  for (const way of relations) {
    if (way.system !== head.system) continue;
    const made = await goWay(head, way, server);
    if (made.codes.length > 0) return made;
    tried.push(made);
  }
  if (tried.every(({ failures }) => failures.length > 0)) return tried[0] ?? NOT_ASKED;
  // Which way is the server's own is not known then: a refusal may be all that it has to say.
  const refusals = tried.flatMap(({ failures }) => failures).join('; ');
  return {
    codes: [],
    failures: [refusals === '' ? NOTHING : `${NOTHING}, and refuses ${refusals}`],
  };
}

/**
 * A way ends where its first relation finds nothing: on a server that takes it in the other
 * direction, the others could lead to what the code is made of.
 */
async function goWay(
  head: Coding,
  { steps, system, value }: Relation,
  server: TerminologyServer,
): Promise<MadeOf> {
  const found = new Map<string, CodeQuestion>();
  const refused = new Map<string, string>();
  const made = (): MadeOf => ({
    codes: [...found.values()].filter((code) => codeKey(code) !== codeKey(head)),
    failures: [...refused].map(([property, reason]) => `${property}: ${reason}`),
  });
  let from: readonly Coding[] = [head];
  for (const step of steps) {
    const reached = new Map<string, CodeQuestion>();
    for (const property of step) {
      if (refused.has(property)) continue;
      const filterOf = ({ code }: Coding) => ({
        system,
        filter: [{ property, op: '=', value: value.replaceAll('{code}', () => code) }],
      });
      for (const some of chunkOf(from, TOGETHER)) {
        const expansion = await expandInParts(some.map(filterOf), server);
        if (expansion.state === 'failed') {
          refused.set(property, expansion.reason);
          break;
        }
        for (const code of expansion.codes) {
          if (code.system === system) reached.set(codeKey(code), code);
        }
      }
      if (found.size + reached.size === 0) return made();
    }
    for (const [key, code] of reached) found.set(key, code);
    from = [...reached.values()];
  }
  return made();
}

/** So many codes are asked about at once. */
const TOGETHER = 50;

/** What is too much for a server at once, half of it may not be. */
async function expandInParts(
  include: Parameters<TerminologyServer['expand']>[0],
  server: TerminologyServer,
): Promise<Expansion> {
  const whole = await server.expand(include);
  if (whole.state === 'expanded' || include.length === 1) return whole;
  const codes: CodeQuestion[] = [];
  for (const half of chunkOf(include, Math.ceil(include.length / 2))) {
    const expansion = await expandInParts(half, server);
    if (expansion.state === 'failed') return expansion;
    codes.push(...expansion.codes);
  }
  return { state: 'expanded', codes };
}
