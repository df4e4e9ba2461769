import { listOf, type ElmNode } from '../elm/elm-tree.ts';

/** What a condition says of expressions: `known`, `exists` or `numeric`, a blank, and the expression's key. */
export type Truth = `${'known' | 'exists' | 'numeric'} ${string}`;

const NOT_MEANT = new Set([
  'localId',
  'locator',
  'annotation',
  'resultTypeName',
  'resultTypeSpecifier',
  'signature',
]);

/** The same text for expressions of one library that are written alike. */
export function keyOf(node: unknown): string {
  return JSON.stringify(node, (field, value: unknown) =>
    NOT_MEANT.has(field) ? undefined : value,
  );
}

/** The body of a define of the same library, for conditions that have a name. */
export type BodyOf = (node: ElmNode) => ElmNode | undefined;

/** What holds where a condition is true. */
export function truthsOf(condition: ElmNode | undefined, bodyOf: BodyOf): Truth[] {
  if (condition === undefined) return [];
  const [left, right] = listOf(condition.operand);
  switch (condition.type ?? '') {
    case 'And':
      return [...truthsOf(left, bodyOf), ...truthsOf(right, bodyOf)];
    case 'IsTrue':
      return truthsOf(left, bodyOf);
    case 'Not':
      return untruthsOf(left, bodyOf);
    case 'ExpressionRef':
      return truthsOf(bodyOf(condition), bodyOf);
    case 'Exists':
      return existsOf(left);
    case 'Matches':
      return isNumeric(right) ? [`numeric ${keyOf(left)}`, ...knownOf(left)] : knownOf(left);
    case 'Greater':
      return [...atLeastOne(left, right, 0), ...knownOf(left), ...knownOf(right)];
    case 'GreaterOrEqual':
      return [...atLeastOne(left, right, 1), ...knownOf(left), ...knownOf(right)];
    case 'Equal':
    case 'NotEqual':
    case 'Less':
    case 'LessOrEqual':
    case 'In':
      return [...knownOf(left), ...knownOf(right)];
    default:
      return [];
  }
}

/** What holds where a condition is not true: false, or unknown. */
export function untruthsOf(condition: ElmNode | undefined, bodyOf: BodyOf): Truth[] {
  const [left, right] = listOf(condition?.operand);
  switch (condition?.type ?? '') {
    case 'Or':
      return [...untruthsOf(left, bodyOf), ...untruthsOf(right, bodyOf)];
    case 'IsNull':
      return knownOf(left);
    case 'Not':
      return isTwoValued(left) ? truthsOf(left, bodyOf) : [];
    case 'Equal':
      return literalOf(right) === 0 ? countedIn(left) : [];
    default:
      return [];
  }
}

function isTwoValued(node: ElmNode | undefined): boolean {
  return /^(?:Exists|IsNull|IsTrue|IsFalse)$/.test(node?.type ?? '');
}

function knownOf(node: ElmNode | undefined): Truth[] {
  return node === undefined ? [] : [`known ${keyOf(node)}`];
}

/** What some rows of a list have says that the list has rows. */
function existsOf(list: ElmNode | undefined): Truth[] {
  if (list === undefined) return [];
  const own: Truth[] = [`exists ${keyOf(list)}`, ...knownOf(list)];
  const [source, ...others] = listOf(list.source);
  const isQuery = list.type === 'Query' && others.length === 0;
  return isQuery ? [...own, ...existsOf(source?.expression)] : own;
}

function atLeastOne(left: ElmNode | undefined, right: ElmNode | undefined, least: number): Truth[] {
  const limit = literalOf(right);
  return limit !== undefined && limit >= least ? countedIn(left) : [];
}

function countedIn(count: ElmNode | undefined): Truth[] {
  return count?.type === 'Count' ? existsOf(count.source as ElmNode | undefined) : []; // a single node here
}

function literalOf(node: ElmNode | undefined): number | undefined {
  return node?.type === 'Literal' ? Number(node.value) : undefined;
}

/** Whether a pattern lets through nothing but digits, signs and the like. */
function isNumeric(pattern: ElmNode | undefined): boolean {
  if (pattern?.type !== 'Literal') return false;
  const rest = String(pattern.value).replaceAll(/\\[d.s]/g, '');
  return /\d|\\d/.test(String(pattern.value)) && !/[A-Za-z\\]|(?<!\[[^\]]*)\.|\[\^/.test(rest);
}
