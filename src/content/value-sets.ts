import type { ValueSetCodes } from '../engine/code-service.ts';
import {
  familyOf,
  patternFamily,
  singleCode,
  spellsHierarchy,
  type CodeFamily,
  type Coding,
} from '../engine/codes.ts';
import type { Elm } from '../elm/elm.ts';
import type { ContentFault } from './fault.ts';
import { missingValueSet } from './missing-name.ts';
import type { ContentFile } from './read-files.ts';
import { valueSetFile, type ValueSetPart } from './fhir-schema.ts';
import type { VerifiedCodes } from './terminology.ts';
import { readYaml, type YamlFile, type YamlPath } from './yaml-file.ts';

/** Reads `cql/valuesets/`, and holds each code and family to the verified list. */
export function readValueSets(
  files: readonly ContentFile[],
  verified: VerifiedCodes,
  faults: ContentFault[],
): ReadValueSet[] {
  const byUrl = new Map<string, ReadValueSet>();
  for (const { file, text } of files) {
    const read = readYaml(file, text, valueSetFile);
    faults.push(...read.faults);
    if (read.value === undefined) continue;
    const { yaml, value } = read;
    const other = byUrl.get(value.url);
    if (other) faults.push(yaml.fault(['url'], `Value set ${value.url} is also in ${other.file}`));
    const parts = (name: 'include' | 'exclude') =>
      (value.compose[name] ?? []).map((part, i) =>
        readPart(part, ['compose', name, i], { verified, faults, yaml }),
      );
    const [include, exclude] = [parts('include'), parts('exclude')];
    for (const [i, { imports }] of exclude.entries()) {
      if (imports.length === 0) continue;
      const message = 'A value set cannot be taken out whole; list its codes or families';
      faults.push(yaml.fault(['compose', 'exclude', i, 'valueSet'], message));
    }
    byUrl.set(value.url, {
      file,
      yaml,
      url: value.url,
      title: value.title,
      codes: include.flatMap(({ codes }) => codes),
      families: include.flatMap(({ families }) => families),
      imports: include.flatMap(({ imports }) => imports),
      groups: (value.extension ?? []).flatMap(({ url, valueString = '' }) =>
        url === LIST_GROUP ? [valueString] : [],
      ),
      heads: (value.extension ?? []).flatMap(({ url, valueCoding }, i) =>
        url === FILLED_FROM && valueCoding
          ? [{ coding: valueCoding, path: ['extension', i, 'valueCoding', 'code'] }]
          : [],
      ),
      excluded: exclude.flatMap(({ codes, families }) => [
        ...codes.map((code) => ({ ...singleCode(code), display: code.display })),
        ...families,
      ]),
    });
  }
  for (const set of byUrl.values()) checkImports(set, byUrl, faults);
  return [...byUrl.values()];
}

/** The value sets that libraries declare, and those that they take in; the rest wait for rules to come. */
export function valueSetsOfRules(
  valueSets: readonly ReadValueSet[],
  elms: readonly Elm[],
): ReadValueSet[] {
  const byUrl = new Map(valueSets.map((set) => [set.url, set]));
  const found = new Set<ReadValueSet>();
  const visit = (url: string): void => {
    const set = byUrl.get(url);
    if (set === undefined || found.has(set)) return;
    found.add(set);
    set.imports.forEach(visit);
  };
  for (const { library } of elms) library.valueSets?.def.forEach(({ id }) => visit(id));
  return [...found];
}

/** The extension by which a value set names a group of the verified list that it means to hold. */
const LIST_GROUP = 'urn:nerveroot:extension:list-group';

/** The extension by which a value set names a code whose relatives a terminology server adds. */
const FILLED_FROM = 'urn:nerveroot:extension:filled-from';

/** A value set as its file has it. */
export type ReadValueSet = ValueSetCodes & {
  readonly file: string;
  /** Groups of the verified list that it means to hold whole. */
  readonly groups: readonly string[];
  /** Codes of it whose relatives belong to it as well, with their places. */
  readonly heads: readonly {
    readonly coding: Coding & { readonly display?: string | undefined };
    readonly path: YamlPath;
  }[];
  readonly yaml: YamlFile;
  readonly imports: readonly string[];
};

interface ReadPart {
  readonly codes: ValueSetCodes['codes'];
  readonly families: readonly CodeFamily[];
  readonly imports: readonly string[];
}

function readPart(
  { system = '', concept = [], filter = [], valueSet = [] }: ValueSetPart,
  path: YamlPath,
  world: { verified: VerifiedCodes; faults: ContentFault[]; yaml: YamlFile },
): ReadPart {
  const fault = (at: YamlPath, message: string | undefined): void => {
    if (message !== undefined) world.faults.push(world.yaml.fault([...path, ...at], message));
  };
  for (const [i, { code, display }] of concept.entries()) {
    fault(['concept', i, 'code'], world.verified.objection({ system, code, display }));
  }
  const families = filter.flatMap((rule, i) => {
    const family = readFamily(system, rule);
    const objection = typeof family === 'string' ? family : world.verified.familyObjection(family);
    fault(['filter', i, 'value'], objection);
    if (typeof family === 'string') return [];
    return [{ ...family, display: world.verified.displayOf({ system, code: family.written }) }];
  });
  return {
    codes: concept.map(({ code, display }) => ({ system, code, display })),
    families,
    imports: valueSet,
  };
}

/** Every value set that is taken in exists, and none takes itself in. */
function checkImports(
  set: ReadValueSet,
  byUrl: ReadonlyMap<string, ReadValueSet>,
  faults: ContentFault[],
): void {
  const reach = new Set<string>();
  const visit = (url: string): void => {
    if (reach.has(url)) return;
    reach.add(url);
    byUrl.get(url)?.imports.forEach(visit);
  };
  set.imports.forEach(visit);
  const place = ['compose', 'include'];
  for (const url of set.imports) {
    if (byUrl.has(url)) continue;
    faults.push(set.yaml.fault(place, missingValueSet(url, byUrl.keys())));
  }
  if (reach.has(set.url)) {
    faults.push(set.yaml.fault(place, `Value set ${set.url} takes itself in`));
  }
}

/** The family a filter describes, or what is wrong with it. */
function readFamily(
  system: string,
  { op, value }: NonNullable<ValueSetPart['filter']>[number],
): CodeFamily | string {
  if (op === 'is-a') {
    return spellsHierarchy(system)
      ? familyOf({ system, code: value })
      : `Codes of ${system} do not spell their hierarchy; list them one by one`;
  }
  try {
    return patternFamily(system, value);
  } catch {
    return `"${value}" is not a regular expression`;
  }
}
