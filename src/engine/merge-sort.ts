export type Compare = (one: unknown, other: unknown) => number;

/**
 * Sorts as cql-execution does: halves, merged, the left one first where neither is before
 * the other. Comparisons of CQL need not be an order (dates of different precision), and
 * then another way of sorting would give another list. What is undefined is lost where
 * something else follows it.
 */
export function mergeSort(list: readonly unknown[], compare: Compare): unknown[] {
  if (list.length < 2) return [...list];
  const middle = Math.floor(list.length / 2);
  const left = mergeSort(list.slice(0, middle), compare);
  const right = mergeSort(list.slice(middle), compare);
  const sorted: unknown[] = [];
  let [i, j] = [0, 0];
  while (i < left.length && j < right.length) {
    const next = compare(left[i], right[j]) <= 0 ? left[i++] : right[j++];
    if (next !== undefined) sorted.push(next);
  }
  for (; i < left.length; i += 1) sorted.push(left[i]);
  for (; j < right.length; j += 1) sorted.push(right[j]);
  return sorted;
}
