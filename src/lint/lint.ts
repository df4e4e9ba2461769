import type { CdsService } from '../content/content.ts';
import { sortFaults, type ContentFault } from '../content/fault.ts';
import { bodiesOf } from '../elm/elm-tree.ts';
import type { ElmLibraries } from '../elm/elm.ts';
import { wholeOf } from '../elm/whole.ts';
import { findAbsences, type NamedDecision } from './absence.ts';
import { habitsAt } from './engine-habits.ts';
import type { Finding } from './finding.ts';
import { findLongLines, findUnusedIncludes } from './layout.ts';
import { Nullness } from './nullness.ts';
import { scopeOf, visitAll } from './scope.ts';
import { silence, type SilenceFault } from './silences.ts';

/**
 * Warns where the CQL is right by the translator and may still come to what its author does not
 * expect, by the texts of the libraries. Comments with a reason silence a warning. Without services, nothing is said of decisions.
 */
export function lint(
  program: ElmLibraries,
  texts: ReadonlyMap<string, string>,
  services: readonly CdsService[],
): ContentFault[] {
  const whole = wholeOf(program);
  const nulls = new Nullness(whole);
  const absences = findAbsences(whole, decisionsOf(services));
  const faults = [...texts].flatMap(([library, text]) => {
    const file = `cql/${library}.cql`;
    const findings = [
      ...findLongLines(library, text),
      ...findInElm(whole, library, nulls),
      ...absences.filter((one) => one.library === library),
    ];
    const { left, faults: ofComments } = silence(library, text, findings);
    return [
      ...left.map((one) => toFault(file, one, `${one.message} [${one.kind}]`)),
      ...ofComments.map((one) => toFault(file, one, one.message)),
    ];
  });
  return sortFaults(faults);
}

function findInElm(whole: ElmLibraries, library: string, nulls: Nullness): Finding[] {
  const elm = whole.elms.get(library);
  if (!elm) return [];
  const found = findUnusedIncludes(elm);
  for (const body of bodiesOf(elm)) {
    visitAll({ node: body.expression, scope: scopeOf(whole, body) }, (at, parent) => {
      found.push(...habitsAt(at, parent, nulls));
    });
  }
  return found;
}

/** The gate of each service and the rules that services may show, each once. */
function decisionsOf(services: readonly CdsService[]): NamedDecision[] {
  return services.flatMap(({ id, decisions }) =>
    decisions.map(({ rule, expression }) => ({ name: rule ?? `The gate of ${id}`, expression })),
  );
}

function toFault(file: string, { line, column }: SilenceFault, message: string): ContentFault {
  return { file, line, column, severity: 'warning', message };
}
