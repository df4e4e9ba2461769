import type { CdsService } from '../content/content.ts';
import type { YamlPath } from '../content/yaml-file.ts';
import { missingExpression } from '../content/missing-name.ts';
import { declaredNumbers } from '../content/parameters.ts';
import { didYouMean } from '../translate/nearest-name.ts';
import { type Program } from '../engine/program.ts';
import { findDefinition } from '../elm/definitions.ts';
import { parseExpressionName } from '../facts.ts';
import type { WrittenCase } from './case-file.ts';

/** What cases may name; known in part even where the content has errors. */
export interface KnownNames {
  readonly rules: ReadonlySet<string>;
  readonly program: Program;
  /** Libraries with errors: what they define is not known. */
  readonly brokenLibraries: ReadonlySet<string>;
  /** Undefined while one of them may be missing for its errors. */
  readonly services: readonly CdsService[] | undefined;
}

/** A name in a case that nothing has. */
export interface UnknownName {
  readonly path: YamlPath;
  readonly name: string;
  readonly message: string;
}

/**
 * Everything a case names that is not there. A misspelt rule is never shown, and a misspelt
 * type withholds nothing: such a case could not fail.
 */
export function findUnknownNames(written: WrittenCase, known: KnownNames): UnknownName[] {
  return [
    ...unknownService(written, known),
    ...unknownRules(written, known),
    ...unknownFacts(written, known),
    ...unknownParameters(written, known),
  ];
}

/** The service that answers a case, of those given. */
export function serviceOf(
  { hook, service }: WrittenCase,
  services: readonly CdsService[],
): CdsService | undefined {
  return services.find((one) => one.hook === hook && (service === undefined || one.id === service));
}

function unknownService(written: WrittenCase, { services }: KnownNames): UnknownName[] {
  if (!services) return [];
  const service = serviceOf(written, services);
  if (!service) {
    const field = written.service === undefined ? 'hook' : 'service';
    return [{ path: [field], name: field, message: noService(written, services) }];
  }
  const read = service.requirements.map(({ resourceType }) => resourceType);
  return (written.withhold ?? []).flatMap((type, i) => {
    if (read.includes(type)) return [];
    const message = `${service.id} does not read ${type}; it reads ${[...new Set(read)].join(', ')}`;
    return { path: ['withhold', i], name: 'withhold', message };
  });
}

/** Says that a case has no service, and which there are for its hook. */
export function noService({ hook, service }: WrittenCase, services: readonly CdsService[]): string {
  if (service === undefined) return `No service answers ${hook}`;
  const ids = services.flatMap((one) => (one.hook === hook ? one.id : []));
  return `No service answers ${hook} as ${service}; there are: ${ids.join(', ')}`;
}

function unknownRules({ expect }: WrittenCase, { rules }: KnownNames): UnknownName[] {
  const { cards = [], shown = [], absent = [] } = expect;
  const named = Object.entries({ cards, shown, absent }).flatMap(([field, list]) =>
    list.map((card, i) => ({
      path: ['expect', field, i],
      name: typeof card === 'string' ? card : card.rule,
    })),
  );
  return named
    .filter(({ name }) => !rules.has(name))
    .map(({ path, name }) => ({
      path,
      name,
      message: `There is no card for rule ${name} (hooks/cards/${name}.yaml)`,
    }));
}

function unknownParameters(
  { parameters = {} }: WrittenCase,
  { program, brokenLibraries }: KnownNames,
): UnknownName[] {
  const names = Object.keys(parameters);
  if (names.length === 0 || brokenLibraries.size > 0) return [];
  const declared = declaredNumbers(program);
  return names
    .filter((name) => !declared.has(name))
    .map((name) => {
      const hint = didYouMean(name, declared.keys()) ?? 'See cql/Parameters.cql';
      const message = `The CQL declares no number ${name} as a parameter. ${hint}`;
      return { path: ['parameters', name], name, message };
    });
}

function unknownFacts(
  { expect }: WrittenCase,
  { program, brokenLibraries }: KnownNames,
): UnknownName[] {
  return Object.keys(expect.facts ?? {}).flatMap((text) => {
    const name = parseExpressionName(text, '');
    if (findDefinition(program, name) || brokenLibraries.has(name.library)) return [];
    return {
      path: ['expect', 'facts', text],
      name: text,
      message: missingExpression(program, name),
    };
  });
}
