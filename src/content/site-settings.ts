import type { CardDefinition } from '../cards/definition.ts';
import { reachableParameters } from '../elm/references.ts';
import type { Program } from '../engine/program.ts';
import { foldUnit, UCUM } from '../engine/units.ts';
import { serverAddress } from '../site.ts';
import { didYouMean } from '../translate/nearest-name.ts';
import type { CdsService, SiteSettings } from './content.ts';
import type { ContentFault } from './fault.ts';
import { mayBeCritical } from './may-be-critical.ts';
import { PARAMETERS_FILE, type SettableParameter } from './parameters.ts';
import type { ContentFile } from './read-files.ts';
import { clientSettingsFile, type Approval, type SiteSettingsFile } from './schema.ts';
import { readYaml, type YamlPath } from './yaml-file.ts';

/** What the settings of sites are checked against. */
export interface SettingsWorld {
  readonly parameters: ReadonlyMap<string, SettableParameter>;
  /** No library has errors, so that all parameters are known. */
  readonly isWhole: boolean;
  readonly cards: ReadonlyMap<string, CardDefinition>;
  /** Rules whose card file exists, faulty ones too. */
  readonly knownRules: ReadonlySet<string>;
  readonly services: readonly CdsService[];
  readonly program: Program;
  readonly faults: ContentFault[];
}

/**
 * What each site sets of the content, from the file of NERVEROOT_CLIENTS: by the address of its FHIR
 * server, and under `''` for calls from no known one. Nothing is taken from one site for another. A
 * site whose settings have a fault is left out; a fault is an error, so that nothing is served then.
 */
export function loadSiteSettings(
  file: ContentFile | undefined,
  world: SettingsWorld,
): ReadonlyMap<string, SiteSettings> {
  const sites = new Map<string, SiteSettings>();
  if (!file) return sites;
  const read = readYaml(file.file, file.text, clientSettingsFile);
  world.faults.push(...read.faults);
  if (read.value === undefined) return sites;
  const { yaml } = read;
  const { site, clients = [] } = read.value;
  const settingsOf = (said: SiteSettingsFile, at: YamlPath): SiteSettings =>
    new SettingsReader(said, world, (path, message) => {
      world.faults.push(yaml.fault([...at, ...path], message));
    }).read();
  if (site) sites.set('', settingsOf(site, ['site']));
  for (const [i, client] of clients.entries()) {
    const { parameters, rules } = client;
    const address = serverAddress(client.fhirServer);
    if (address !== undefined)
      sites.set(address, settingsOf({ parameters, rules }, ['clients', i]));
  }
  return sites;
}

/** A setting below the floor of the content. */
interface Change {
  readonly line: string;
  /** It matters to what that service decides. */
  readonly matters: (service: CdsService) => boolean;
}

type Fault = (path: YamlPath, message: string) => void;

/** Reads the settings of one site; a class because every step adds to the same faults and changes. */
class SettingsReader {
  readonly #said: SiteSettingsFile;
  readonly #world: SettingsWorld;
  readonly #fault: Fault;
  readonly #changes: Change[] = [];

  constructor(said: SiteSettingsFile, world: SettingsWorld, fault: Fault) {
    this.#said = said;
    this.#world = world;
    this.#fault = fault;
  }

  read(): SiteSettings {
    const { parameters = {}, rules = {} } = this.#said;
    const values = Object.entries(parameters).flatMap(([name, setting]) => {
      const value = this.#parameter(name, setting);
      return value === undefined ? [] : [[name, value] as const];
    });
    for (const [rule, setting] of Object.entries(rules)) this.#rule(rule, setting);
    const services = this.#world.services.map(
      (service) => [service, this.#serviceOf(service)] as const,
    );
    return {
      parameters: Object.fromEntries(values),
      services: new Map(services),
      changed: this.#changes.map(({ line }) => line),
    };
  }

  /** The number that a parameter is set to; undefined where that is a fault. */
  #parameter(
    name: string,
    { value, ...approval }: NonNullable<SiteSettingsFile['parameters']>[string],
  ): number | undefined {
    const at = ['parameters', name];
    const { parameters, isWhole, program, faults } = this.#world;
    const parameter = parameters.get(name);
    if (!parameter) {
      const hint = didYouMean(name, parameters.keys());
      const message = `There is no parameter ${name} that a site can set. ${hint ?? `${PARAMETERS_FILE} lists them`}`;
      if (
        isWhole &&
        !faults.some(({ file, severity }) => file === PARAMETERS_FILE && severity === 'error')
      )
        this.#fault(at, message);
      return undefined;
    }
    const read = readValue(value, parameter, program);
    if (typeof read === 'string') {
      this.#fault(at, `${name} ${read}`);
      return undefined;
    }
    const { min, max } = parameter;
    if (read >= min && read <= max) return read;
    const bounds = boundsOf(parameter);
    const line = `${name}: ${withUnit(read, parameter)} (the content has ${withUnit(parameter.default, parameter)}, and bounds of ${bounds})`;
    const isApproved = this.#approve(line, approval, (service) =>
      reachableParameters(program, service.expressions).some((one) => one.endsWith(`.${name}`)),
    );
    if (!isApproved) {
      const message = `${name} of ${withUnit(read, parameter)} is past its bounds, ${bounds}: choose a value within them, or name who approved it, with approvedBy, approvedOn and reason`;
      this.#fault(at, message);
    }
    return read;
  }

  #rule(rule: string, { show, ...approval }: NonNullable<SiteSettingsFile['rules']>[string]): void {
    const at = ['rules', rule];
    const { cards, knownRules, program } = this.#world;
    const card = cards.get(rule);
    if (!card) {
      const hint = didYouMean(rule, knownRules) ?? 'hooks/cards/ has a file for each rule';
      if (!knownRules.has(rule)) this.#fault(at, `There is no rule ${rule}. ${hint}`);
      return;
    }
    if (show === 'on') return;
    if (card.show === undefined) {
      this.#fault(at, `${rule} says what was not checked, and has no switch; take the line out`);
      return;
    }
    if (!mayBeCritical(card, program)) return;
    const words = show === 'off' ? 'switched off' : 'decided, but not shown';
    const isApproved = this.#approve(`${card.title} (${rule}): ${words}`, approval, (service) =>
      service.cards.includes(card),
    );
    if (!isApproved) {
      const message = `${rule} can be critical: leave it on, or name who approved "${show}", with approvedBy, approvedOn and reason`;
      this.#fault(at, message);
    }
  }

  /** Keeps what lies below the floor, with whose approval; false where that is not named in full. */
  #approve(
    line: string,
    { approvedBy, approvedOn, reason }: Approval,
    matters: Change['matters'],
  ): boolean {
    if (approvedBy === undefined || approvedOn === undefined || reason === undefined) return false;
    const approved = `Approved by ${approvedBy} on ${approvedOn}: ${reason}`;
    this.#changes.push({ line: `${line}. ${approved}`, matters });
    return true;
  }

  #serviceOf(service: CdsService): CdsService {
    const { rules = {} } = this.#said;
    const isOff = (rule: string | undefined): boolean =>
      rule !== undefined && rules[rule]?.show === 'off';
    const changed = this.#changes.filter(({ matters }) => matters(service));
    const { detail, rule: notChecked } = service.notChecked;
    if (changed.length > 0 && !detail.tags.some(({ name }) => name === 'siteChanges')) {
      this.#fault(
        [],
        `What is changed here has to be told, and the card ${notChecked} has no {{siteChanges}}`,
      );
    }
    return {
      ...service,
      cards: service.cards.filter(({ rule }) => !isOff(rule)),
      decisions: service.decisions.filter(({ rule }) => !isOff(rule)),
      always: new Set([...service.always].filter((rule) => !isOff(rule))),
      silent: new Set(Object.keys(rules).filter((rule) => rules[rule]?.show === 'silent')),
      changed: changed.map(({ line }) => line),
    };
  }
}

/** The number that a text or number stands for, or what is wrong with it, to be said after the name. */
function readValue(
  written: number | string,
  parameter: SettableParameter,
  { model }: Program,
): number | string {
  const { type, unit, of = '' } = parameter;
  const example = `write it like ${withUnit(parameter.default, parameter)}`;
  const [, digits = '', own = ''] = /^(-?\d+(?:\.\d+)?) *(.*)$/.exec(String(written).trim()) ?? [];
  if (digits === '')
    return `must be a number${unit === undefined ? '' : ` of ${unit}`}; ${example}`;
  if (unit === undefined && own !== '')
    return `is a plain number (of ${of}), and not in ${own}; ${example}`;
  if (unit !== undefined && own === '') return `needs its unit; ${example}`;
  if (unit !== undefined && !isSameUnit(own, unit, model))
    return `is in ${unit}, and not in ${own}; ${example}`;
  const value = Number(digits);
  if (value < 0) return `cannot be below 0; ${example}`;
  if (type === 'Integer' && !Number.isInteger(value)) return `must be a whole number; ${example}`;
  return value;
}

/** The same word, one or several of it, or another spelling that the content knows. */
function isSameUnit(one: string, other: string, model: Program['model']): boolean {
  const code = (unit: string): unknown => {
    const { system, code: known } = model.units.normalize({ unit });
    return system === UCUM ? known : undefined;
  };
  return (
    singular(one) === singular(other) || (code(one) !== undefined && code(one) === code(other))
  );
}

function singular(unit: string): string {
  return foldUnit(unit).replace(/(?<=..)s$/, '');
}

function withUnit(value: number | string, { unit }: SettableParameter): string {
  return unit === undefined ? String(value) : `${value} ${unit}`;
}

function boundsOf(parameter: SettableParameter): string {
  const { min, max } = parameter;
  if (max === Number.POSITIVE_INFINITY) return `${withUnit(min, parameter)} or more`;
  return `${min} to ${withUnit(max, parameter)}`;
}
