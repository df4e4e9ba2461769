import { elementsIn, type ElmNode } from '../elm/elm-tree.ts';
import { ABSENT, FALSE, PRESENT, TRUE } from './outcomes.ts';
import { isList } from './operators.ts';

/** What conditions further up leave possible, by the text of an expression. */
export type Assumptions = ReadonlyMap<string, number>;

export const NOTHING_ASSUMED: Assumptions = new Map();

/** What is assumed where a condition was true, or where it was not: false or unknown. */
export function assume(assumed: Assumptions, condition: ElmNode, holds: boolean): Assumptions {
  const [operand, other] = elementsIn(condition['operand']);
  const next = narrow(assumed, condition, holds ? TRUE : FALSE | ABSENT);
  switch (condition.type ?? '') {
    case 'IsTrue':
      return operand ? narrow(next, operand, holds ? TRUE : ~TRUE) : next;
    case 'IsFalse':
      return operand ? narrow(next, operand, holds ? FALSE : ~FALSE) : next;
    case 'IsNull':
      // A list that is not null may be empty, which counts as absent, too.
      if (!operand || (!holds && isList(operand))) return next;
      return narrow(next, operand, holds ? ABSENT : ~ABSENT);
    case 'Exists':
      return operand && holds ? narrow(next, operand, PRESENT) : next;
    case 'Not':
      if (!operand) return next;
      // These are never unknown, so that their negation turns them round.
      if (/^(?:IsTrue|IsFalse|IsNull|Exists)$/.test(operand.type ?? '')) {
        return assume(next, operand, !holds);
      }
      return narrow(next, operand, holds ? FALSE : ~FALSE);
    case 'And':
      return operand && other && holds ? assume(assume(next, operand, true), other, true) : next;
    case 'Or':
      return operand && other && !holds ? assume(assume(next, operand, false), other, false) : next;
    default:
      return next;
  }
}

function narrow(assumed: Assumptions, node: ElmNode, outcomes: number): Assumptions {
  const key = canonicalText(node);
  return new Map(assumed).set(key, (assumed.get(key) ?? -1) & outcomes);
}

const texts = new WeakMap<ElmNode, string>();

/** The same for the same expression, wherever it stands. */
export function canonicalText(node: ElmNode): string {
  let text = texts.get(node);
  if (text === undefined) {
    text = JSON.stringify(node, (field, value: unknown) =>
      /^(?:localId|locator|annotation|signature|resultType.*)$/.test(field) ? undefined : value,
    );
    texts.set(node, text);
  }
  return text;
}
