import { SEARCH_PARAMETERS } from './search-parameters.ts';

/** How values of a parameter are compared. @see https://hl7.org/fhir/R4/search.html#ptypes */
export const PARAMETER_KINDS = ['token', 'reference', 'date', 'string', 'uri'] as const;
export type ParameterKind = (typeof PARAMETER_KINDS)[number];

/** One element that a parameter looks at. */
export interface ElementPath {
  /** `value[x]` stands for every type of a choice element. */
  readonly steps: readonly string[];
  /** Only references to this resource type count. */
  readonly target: string | undefined;
}

export interface SearchParameter {
  readonly name: string;
  readonly kind: ParameterKind;
  readonly paths: readonly ElementPath[];
}

/** Parameters that every resource type has. @see https://hl7.org/fhir/R4/search.html#all */
const COMMON = { _id: 'token id', _lastUpdated: 'date meta.lastUpdated' };

export const RESOURCE_TYPES: readonly string[] = Object.keys(SEARCH_PARAMETERS);

/** The parameters of a resource type by name; empty for a type that is not served. */
export function parametersOf(type: string): ReadonlyMap<string, SearchParameter> {
  const own = Object.hasOwn(SEARCH_PARAMETERS, type) ? SEARCH_PARAMETERS[type] : undefined;
  const entries = own === undefined ? [] : Object.entries({ ...COMMON, ...own });
  return new Map(entries.map(([name, written]) => [name, readParameter(name, written)]));
}

/** Reads `reference subject > Patient` or `token code | component.code`. */
function readParameter(name: string, written: string): SearchParameter {
  const [first = '', ...rest] = written.split(' ');
  const kind = PARAMETER_KINDS.find((known) => known === first);
  if (kind === undefined) throw new TypeError(`Search parameter ${name} has no kind`);
  const paths = rest
    .join(' ')
    .split('|')
    .map((path): ElementPath => {
      const [element = '', target] = path.split('>');
      return { steps: element.trim().split('.'), target: target?.trim() };
    });
  return { name, kind, paths };
}
