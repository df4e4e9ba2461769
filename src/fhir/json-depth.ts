/** Deeper than any FHIR resource; walking deeper values could exhaust the stack. */
export const DEPTH_LIMIT = 100;

/**
 * Drops `__proto__` keys of parsed JSON, without recursion; false when it is nested
 * deeper than the limit, and must not be walked.
 */
export function makeSafe(json: unknown): boolean {
  let level: object[] = isContainer(json) ? [json] : [];
  for (let depth = 1; level.length > 0; depth += 1) {
    if (depth > DEPTH_LIMIT) return false;
    const below: object[] = [];
    for (const container of level) {
      if (Object.hasOwn(container, '__proto__')) Reflect.deleteProperty(container, '__proto__');
      for (const child of Object.values(container)) if (isContainer(child)) below.push(child);
    }
    level = below;
  }
  return true;
}

function isContainer(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
