import { isObject, type Resource } from '../fhir/resource.ts';
import type { ElementPath } from './parameters.ts';

/** Every value at a path; lists on the way are walked, choice elements in each of their types. */
export function valuesAt(resource: Resource, { steps }: ElementPath): unknown[] {
  let values: unknown[] = [resource];
  for (const step of steps) {
    values = values.flatMap((value) => (isObject(value) ? childrenOf(value, step) : []));
  }
  return values;
}

function childrenOf(value: Readonly<Record<string, unknown>>, step: string): unknown[] {
  const children = step.endsWith('[x]') ? choices(value, step.slice(0, -3)) : [value[step]];
  return children.flat().filter((child) => child !== undefined && child !== null);
}

function choices(value: Readonly<Record<string, unknown>>, name: string): unknown[] {
  return Object.keys(value)
    .filter((key) => key.startsWith(name) && /^[A-Z]/.test(key.slice(name.length)))
    .map((key) => value[key]);
}
