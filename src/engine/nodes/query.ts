import { listOf, type ElmNode } from '../../elm/elm-tree.ts';
import {
  isMissing,
  type Code,
  type CqlObject,
  type NodeCompilers,
  type Body,
  type Running,
} from '../code.ts';
import { mergeSort, type Compare } from '../merge-sort.ts';

/** Queries. Those with an `aggregate` clause are not compiled. */
export const QUERIES: NodeCompilers = {
  Query(node, body) {
    const sources = listOf(node.source);
    const expressions = sources.map(({ expression }) => body.code(expression));
    const names = sources.map(({ alias = '' }) => alias);
    const { body: inside, places } = body.with(names);
    const { body: afterLets, lets } = compileLets(node, inside);
    const relationships = listOf(node.relationship).map((each) => relationship(each, afterLets));
    const where = node.where && afterLets.code(node.where);
    const result = resultOf(node, afterLets, { names, places, lets });
    const isDistinct = node.return === undefined || isDistinctReturn(node.return);
    const compare = compareOf(node, body);

    const keep = (run: Running, at: unknown[], kept: unknown[]): void => {
      run.step(1);
      for (const { place, value } of lets) at[place] = value(run, at);
      // Each relationship is looked at, whatever the others come to, as cql-execution does.
      let related = true;
      for (const holds of relationships) related = holds(run, at) && related;
      if (related && (!where || where(run, at))) kept.push(result(run, at));
    };
    const ordered = (run: Running, at: unknown[], kept: unknown[]): unknown[] => {
      const once = isDistinct ? run.distinct(kept) : kept;
      return compare ? mergeSort(once, compare(run, at)) : once;
    };

    const [expression, another] = expressions;
    const [place] = places;
    if (expression && !another && place !== undefined) {
      return (run, at) => {
        const source = expression(run, at);
        if (source === null || source === undefined) return null;
        const isList = Array.isArray(source);
        if (isList && source.length === 0) return [];
        const kept: unknown[] = [];
        for (const row of isList ? (source as unknown[]) : [source]) {
          at[place] = row;
          keep(run, at, kept);
        }
        const all = ordered(run, at, kept);
        return isList ? all : all[0];
      };
    }
    return (run, at) => {
      const values = expressions.map((each) => each(run, at));
      if (values.every(isMissing)) return null;
      const isList = values.some(Array.isArray);
      const kept: unknown[] = [];
      const rows = values.map((value) => {
        if (isMissing(value)) return [];
        return Array.isArray(value) ? (value as unknown[]) : [value];
      });
      const combine = (source: number): void => {
        const at0 = places[source];
        if (at0 === undefined) keep(run, at, kept);
        else {
          for (const row of rows[source] ?? []) {
            at[at0] = row;
            combine(source + 1);
          }
        }
      };
      combine(0);
      const all = ordered(run, at, kept);
      return isList ? all : all[0];
    };
  },
};

interface Let {
  readonly name: string;
  readonly place: number;
  readonly value: Code;
}

/** Each `let` may name those before it. */
function compileLets(node: ElmNode, body: Body): { body: Body; lets: readonly Let[] } {
  let inside = body;
  const lets: Let[] = [];
  for (const { identifier = '', expression } of listOf(node.let)) {
    const value = inside.code(expression);
    const next = inside.with([identifier]);
    lets.push({ name: identifier, place: next.places[0] ?? 0, value });
    inside = next.body;
  }
  return { body: inside, lets };
}

/** `with` and `without`: whether some row of another source goes with this one. */
function relationship(node: ElmNode, body: Body): (run: Running, at: unknown[]) => boolean {
  const expression = body.code(node.expression);
  const { body: inside, places } = body.with([node.alias ?? '']);
  const suchThat = inside.code(node.suchThat);
  const place = places[0] ?? 0;
  const isWithout = node.type === 'Without';
  return body.observed(node, (run, at) => {
    const source = expression(run, at);
    let found = false;
    for (const row of Array.isArray(source) ? (source as unknown[]) : [source]) {
      run.step(1);
      at[place] = row;
      if (suchThat(run, at)) found = true;
    }
    return found !== isWithout;
  }) as (run: Running, at: unknown[]) => boolean;
}

function isDistinctReturn(clause: { readonly expression: ElmNode }): boolean {
  const { distinct } = clause as { readonly distinct?: boolean }; // ELM's ReturnClause
  return distinct ?? true;
}

/** What a row gives: what `return` says, the row itself, or of several sources all that is in force. */
function resultOf(
  node: ElmNode,
  body: Body,
  given: { names: readonly string[]; places: readonly number[]; lets: readonly Let[] },
): Code {
  if (node.return) return body.code(node.return.expression);
  const { names, places, lets } = given;
  const [only, another] = places;
  if (only !== undefined && another === undefined) return (_run, at) => at[only];
  const entries = [
    ...names.map((name, i) => [name, places[i] ?? 0] as const),
    ...lets.map(({ name, place }) => [name, place] as const),
  ];
  return (_run, at) => Object.fromEntries(entries.map(([name, place]) => [name, at[place]]));
}

type By = (run: Running, at: unknown[]) => Compare;

/** How rows are sorted; undefined where they are not. The sort stands outside the aliases of the query. */
function compareOf({ sort }: ElmNode, body: Body): By | undefined {
  const items = listOf((sort as { by?: ElmNode | readonly ElmNode[] } | undefined)?.by);
  if (items.length === 0) return undefined;
  const all = items.map((item) => compareBy(item, body));
  return (run, at) => {
    const each = all.map((by) => by(run, at));
    return (one, other) => {
      run.step(1);
      for (const compare of each) {
        const order = compare(one, other);
        if (order !== 0) return order;
      }
      return 0;
    };
  };
}

function compareBy(item: ElmNode, body: Body): By {
  const low = String(item['direction']).startsWith('asc') ? -1 : 1;
  if (item.type === 'ByDirection') {
    return () => (one, other) => {
      if (one === other) return 0;
      return isBefore(one, other) ? low : -low;
    };
  }
  const { body: inside, places } = body.with(['$this']);
  const key = inside.code(
    item.type === 'ByColumn' ? { type: 'IdentifierRef', name: item.path ?? '' } : item.expression,
  );
  const place = places[0] ?? 0;
  return (run, at) => (one, other) => {
    // cql-execution takes null for a row without elements, which `$this` then is.
    at[place] = one ?? {};
    const first = key(run, at);
    at[place] = other ?? {};
    const second = key(run, at);
    if (first === second || (isMissing(first) && isMissing(second))) return 0;
    if (isMissing(first)) return low;
    if (isMissing(second)) return -low;
    return isBefore(first, second) ? low : -low;
  };
}

function isBefore(one: unknown, other: unknown): boolean {
  const [left, right] = [one as CqlObject, other as CqlObject];
  if (left.isQuantity && right.isQuantity) {
    return Boolean((left['before'] as (other: unknown) => unknown).call(left, right));
  }
  return (one as number) < (other as number); // JavaScript's own order, as cql-execution has it
}
