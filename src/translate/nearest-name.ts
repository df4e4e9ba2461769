/** `Did you mean "Coughs"?`, of names alike but for case, blanks and a few letters. */
export function didYouMean(written: string, names: Iterable<string>): string | undefined {
  const nearest = nearestNames(written, names).map((name) => `"${name}"`);
  return nearest.length === 0 ? undefined : `Did you mean ${nearest.join(' or ')}?`;
}

/** The names that were probably meant: the nearest, and all that are as near. */
export function nearestNames(written: string, names: Iterable<string>): string[] {
  const letters = lettersOf(written);
  // One letter in four may differ; a name of two letters is near to anything.
  let allowed = letters.length < 3 ? 0 : Math.max(1, Math.floor(letters.length / 4));
  let nearest: string[] = [];
  for (const name of new Set(names)) {
    const distance = editsBetween(letters, lettersOf(name));
    if (distance > allowed) continue;
    nearest = distance < allowed ? [name] : [...nearest, name];
    allowed = distance;
  }
  return nearest;
}

function lettersOf(name: string): string {
  return name.toLowerCase().replaceAll(/[\s_-]/g, '');
}

/** How many letters must be put in, taken out, changed or swapped with the next. */
function editsBetween(one: string, other: string): number {
  const rows = [Array.from({ length: other.length + 1 }, (_, j) => j)];
  for (let i = 1; i <= one.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= other.length; j += 1) {
      const same = one[i - 1] === other[j - 1];
      const swapped = one[i - 1] === other[j - 2] && one[i - 2] === other[j - 1];
      row.push(
        Math.min(
          at(rows, i - 1, j) + 1,
          (row[j - 1] ?? 0) + 1,
          at(rows, i - 1, j - 1) + (same ? 0 : 1),
          swapped ? at(rows, i - 2, j - 2) + 1 : Number.POSITIVE_INFINITY,
        ),
      );
    }
    rows.push(row);
  }
  return at(rows, one.length, other.length);
}

function at(rows: readonly (readonly number[])[], i: number, j: number): number {
  return rows[i]?.[j] ?? Number.POSITIVE_INFINITY;
}
