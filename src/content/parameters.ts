import type { Program } from '../engine/program.ts';
import { didYouMean } from '../translate/nearest-name.ts';
import type { ContentFault } from './fault.ts';
import type { ContentFile } from './read-files.ts';
import { parametersFile } from './schema.ts';
import { readYaml } from './yaml-file.ts';

/** A parameter of the CQL that a site may set. */
export interface SettableParameter {
  readonly name: string;
  readonly type: NumberType;
  /** What the CQL declares, as it is written there. */
  readonly default: string;
  /** As people write it; none for plain numbers. */
  readonly unit: string | undefined;
  /** What a plain number counts. */
  readonly of: string | undefined;
  /** The bounds past which somebody answers for a value. */
  readonly min: number;
  readonly max: number;
}

type NumberType = 'Integer' | 'Decimal';

/** Where content says what sites may set. */
export const PARAMETERS_FILE = 'hooks/parameters.yaml';

/**
 * The parameters that sites may set, by name: those of `hooks/parameters.yaml`, each held against its
 * declaration in the CQL. A number with a default that has no entry there is named in a warning.
 */
export function readParameters(
  files: readonly ContentFile[],
  world: {
    readonly program: Program;
    /** Libraries with errors, which have been reported. */
    readonly brokenLibraries: ReadonlySet<string>;
    readonly faults: ContentFault[];
  },
): ReadonlyMap<string, SettableParameter> {
  const { faults } = world;
  const settable = new Map<string, SettableParameter>();
  const file = files.find(({ file: name }) => /\/parameters\.ya?ml$/.test(name));
  if (!file) return settable;
  const read = readYaml(file.file, file.text, parametersFile);
  faults.push(...read.faults);
  if (read.value === undefined) return settable;
  const { value, yaml } = read;
  const declared = declaredNumbers(world.program);
  const isWhole = world.brokenLibraries.size === 0;
  for (const [name, entry] of Object.entries(value)) {
    const { min = 0, max = Number.POSITIVE_INFINITY, unit, of } = entry;
    const number = declared.get(name);
    if (!number) {
      const hint = didYouMean(name, declared.keys()) ?? 'Take the entry out';
      const message = `The CQL declares no Integer or Decimal parameter ${name} with a default. ${hint}`;
      if (isWhole) faults.push(yaml.fault([name], message));
      continue;
    }
    if (Number(number.default) < min || Number(number.default) > max) {
      const message = `The default of ${name}, ${number.default}, is beyond its own bounds`;
      faults.push(yaml.fault([name], message));
    }
    settable.set(name, { ...number, name, unit, of, min, max });
  }
  for (const name of declared.keys()) {
    if (name in value) continue;
    const message = `Parameter ${name} has no entry, so no site can set it; add one, with its unit`;
    faults.push(yaml.fault([], message, 'warning'));
  }
  return settable;
}

/** The numbers with a default that the libraries declare as parameters. */
export function declaredNumbers({ elms }: Program) {
  const numbers = new Map<string, Pick<SettableParameter, 'type' | 'default'>>();
  for (const { library } of elms.values()) {
    for (const def of library.parameters?.def ?? []) {
      const { name, default: given } = def as ParameterDef;
      const type = /\}(Integer|Decimal)$/.exec(given?.valueType ?? '')?.[1] as NumberType;
      if (given?.value !== undefined && type) numbers.set(name, { type, default: given.value });
    }
  }
  return numbers;
}

/** A ParameterDef of ELM, whose default is a literal. */
interface ParameterDef {
  readonly name: string;
  readonly default?: { readonly valueType?: string; readonly value?: string };
}
