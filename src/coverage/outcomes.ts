/**
 * What a clause can come to, as a set of bits. A Boolean is true, false or unknown;
 * anything else is present or absent, and an empty list is absent.
 */
export const TRUE = 1;
export const FALSE = 2;
/** Null: unknown, for a Boolean; for a list also empty. */
export const ABSENT = 4;
export const PRESENT = 8;

export const ANY_BOOLEAN = TRUE | FALSE | ABSENT;
export const ANY_OTHER = PRESENT | ABSENT;

/** The outcome of a value as the CQL engine holds it. */
export function outcomeOf(value: unknown): number {
  if (value === true) return TRUE;
  if (value === false) return FALSE;
  if (value === null || value === undefined) return ABSENT;
  return Array.isArray(value) && value.length === 0 ? ABSENT : PRESENT;
}

/** True when the set holds more than one outcome. */
export function isOpen(outcomes: number): boolean {
  return (outcomes & (outcomes - 1)) !== 0;
}

const NAMES = [
  ['true', TRUE],
  ['false', FALSE],
  ['present', PRESENT],
  ['absent', ABSENT],
  ['unknown', ABSENT],
] as const;

/** The outcomes as people call them. */
export function outcomeNames(outcomes: number, boolean: boolean): string[] {
  return NAMES.filter(
    ([name, bit]) => (outcomes & bit) !== 0 && name !== (boolean ? 'absent' : 'unknown'),
  ).map(([name]) => name);
}

/** The set of outcomes with these names. */
export function outcomesNamed(names: readonly string[]): number {
  return NAMES.reduce((set, [name, bit]) => (names.includes(name) ? set | bit : set), 0);
}

/** Every combination of one outcome of each operand, put through a function of three-valued logic. */
function combine(left: number, right: number, apply: (a: number, b: number) => number): number {
  let outcomes = 0;
  for (const a of [TRUE, FALSE, ABSENT]) {
    for (const b of [TRUE, FALSE, ABSENT]) {
      if ((left & a) !== 0 && (right & b) !== 0) outcomes |= apply(a, b);
    }
  }
  return outcomes;
}

export function not(outcomes: number): number {
  return (
    ((outcomes & TRUE) !== 0 ? FALSE : 0) |
    ((outcomes & FALSE) !== 0 ? TRUE : 0) |
    (outcomes & ABSENT)
  );
}

export function and(left: number, right: number): number {
  return combine(left, right, (a, b) => {
    if (a === FALSE || b === FALSE) return FALSE;
    return a === TRUE && b === TRUE ? TRUE : ABSENT;
  });
}

export function or(left: number, right: number): number {
  return not(and(not(left), not(right)));
}

export function xor(left: number, right: number): number {
  return combine(left, right, (a, b) => {
    if (a === ABSENT || b === ABSENT) return ABSENT;
    return a === b ? FALSE : TRUE;
  });
}
