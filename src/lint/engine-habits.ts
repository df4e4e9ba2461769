import { listOf, spanOf, type ElmNode } from '../elm/elm-tree.ts';
import type { Finding, WarningKind } from './finding.ts';
import type { Nullness } from './nullness.ts';
import type { InScope } from './scope.ts';
import { keyOf } from './truths.ts';

const SYSTEM = '{urn:hl7-org:elm-types:r1}';

/**
 * Uses of what cql-execution 3.3.2, and the compiled code with it, computes otherwise than CQL says,
 * where nothing around them shows that it makes no difference. `test/lint/engine-habits.test.ts`
 * evaluates each.
 */
export function habitsAt(at: InScope, parent: InScope | undefined, nulls: Nullness): Finding[] {
  const found = HABITS[at.node.type ?? '']?.(at, parent, nulls);
  if (!found) return [];
  const { line, column } = spanOf(at.node.locator ?? parent?.node.locator ?? '1:1');
  return [{ ...found, library: at.scope.library, line, column }];
}

type Habit = (
  at: InScope,
  parent: InScope | undefined,
  nulls: Nullness,
) => { readonly kind: WarningKind; readonly message: string } | undefined;

const HABITS: Readonly<Record<string, Habit>> = {
  Interval: openDecimal,
  Flatten: flattenNull,
  Query: sortNull,
  Message: messageError,
  ToInteger: textToNumber,
  ToDecimal: textToNumber,
  ConvertsToInteger: textToNumber,
  ConvertsToDecimal: textToNumber,
  ToQuantity: textToQuantity,
  ConvertsToQuantity: textToQuantity,
  Combine: combineNothing,
};

function openDecimal({ node }: InScope, parent: InScope | undefined): ReturnType<Habit> {
  const opens = (['low', 'high'] as const).some((side) => {
    const bound = node[side] as ElmNode | undefined; // ELM is a tree of nodes
    return node[`${side}Closed`] !== true && bound !== undefined && mayBeWhole(bound);
  });
  if (!opens || parent?.node.type === 'In' || parent?.node.type === 'Contains') return undefined;
  return {
    kind: 'open-decimal',
    message:
      'An open bound that is a whole number is taken for an Integer, even of Decimals and Quantities: [37.0, 38.0) ends at 37. ' +
      'Compare the numbers (x >= 37.0 and x < 38.0), ask "in" of one number, or close the bound',
  };
}

/** A Decimal or Quantity that is not certain to have a fraction. */
function mayBeWhole(bound: ElmNode): boolean {
  if (bound.type === 'Null' || (bound.type === 'As' && listOf(bound.operand)[0]?.type === 'Null'))
    return false;
  if (bound.resultTypeName === `${SYSTEM}Decimal` || bound.resultTypeName === `${SYSTEM}Quantity`) {
    const isWritten = bound.type === 'Literal' || bound.type === 'Quantity';
    return !isWritten || Number.isInteger(Number(bound.value));
  }
  return false;
}

function flattenNull(
  { node, scope }: InScope,
  _parent: unknown,
  nulls: Nullness,
): ReturnType<Habit> {
  const [list] = listOf(node.operand);
  if (list === undefined || nulls.holdsNoNull({ node: list, scope })) return undefined;
  return {
    kind: 'flatten-null',
    message:
      '"flatten" leaves all lists as they are when one of them is null, which cannot be excluded here. ' +
      'Write Coalesce(…, List<…>{}) around what may be null, or leave it out with "where … is not null"',
  };
}

function sortNull({ node, scope }: InScope, _parent: unknown, nulls: Nullness): ReturnType<Habit> {
  const { by = [] } = (node['sort'] ?? {}) as { by?: readonly ElmNode[] }; // ELM's SortClause
  if (!by.some(({ type }) => type === 'ByDirection')) return undefined;
  const { sort: _sort, ...unsorted } = node;
  if (nulls.holdsNoNull({ node: unsorted, scope })) return undefined;
  return {
    kind: 'sort-null',
    message:
      '"sort" of plain values is an error when one of several is null, which cannot be excluded here. ' +
      'Leave nulls out before: (…) X where X is not null sort asc',
  };
}

function messageError({ node }: InScope): ReturnType<Habit> {
  const severity = node['severity'] as ElmNode | undefined;
  if (severity === undefined || (severity.type === 'Literal' && severity.value !== 'Error'))
    return undefined;
  return {
    kind: 'message-error',
    message:
      'A Message of severity Error does not stop the evaluation: its source is the result, as if nothing were wrong. ' +
      'Write "if … then null else …", and name what is wrong on the card',
  };
}

function textToNumber({ node, scope }: InScope): ReturnType<Habit> {
  const [text] = listOf(node.operand);
  if (text === undefined || !isText(text)) return undefined;
  const number = /Integer/.test(node.type ?? '') ? /^[+-]?\d+$/ : /^[+-]?\d+(\.\d+)?$/;
  if (text.type === 'Literal' && number.test(String(text.value))) return undefined;
  if (restsOnNumeric(text, scope.truths)) return undefined;
  const [what, example] = /Integer/.test(node.type ?? '') ? ['Integer', '12'] : ['Decimal', '12.5'];
  return {
    kind: 'text-to-number',
    message:
      `A text that only begins as a number counts as ${what === 'Integer' ? 'an' : 'a'} ${what}: '${example}abc' is ${example}, and not null. ` +
      `Ask for its form first: if Matches(text, '${what === 'Integer' ? '[0-9]+' : '[0-9]+([.][0-9]+)?'}') then …`,
  };
}

/** Whether a text, or one that it is a part of, was held against a pattern of numbers. */
function restsOnNumeric(text: ElmNode, truths: ReadonlySet<string>): boolean {
  const whole = [text, text['stringToSub'] as ElmNode | undefined, ...listOf(text.operand)];
  return whole.some((one) => one !== undefined && truths.has(`numeric ${keyOf(one)}`));
}

function textToQuantity({ node }: InScope): ReturnType<Habit> {
  const [text] = listOf(node.operand);
  if (text === undefined || !isText(text)) return undefined;
  if (text.type === 'Literal' && /^[+-]?\d+(\.\d+)?( ?'[^']+')?$/.test(String(text.value)))
    return undefined;
  return {
    kind: 'text-to-quantity',
    message:
      "A text with a number anywhere counts as a Quantity, without what is not between quotation marks: '5.5 mg' is 5.5 of no unit, and not null. " +
      'Read a quantity of the record, or write System.Quantity { value: …, unit: … }',
  };
}

function combineNothing(
  { node, scope }: InScope,
  parent: InScope | undefined,
  nulls: Nullness,
): ReturnType<Habit> {
  const source = node.source as ElmNode | undefined; // a single node here
  if (source === undefined || nulls.isNeverEmpty({ node: source, scope })) return undefined;
  if (parent?.node.type === 'Coalesce') return undefined;
  return {
    kind: 'combine-nothing',
    message:
      'Combine of no texts is null here, and an empty text in other engines. ' +
      'Say what is meant: if exists L then Combine(L, …) else null, with the same L twice',
  };
}

function isText(node: ElmNode): boolean {
  return node.resultTypeName === `${SYSTEM}String`;
}
