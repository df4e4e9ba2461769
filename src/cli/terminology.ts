import { resolve } from 'node:path';
import { Argument, type Command } from 'commander';
import { formatFault } from '../content/fault.ts';
import { loadTerminology } from '../content/load.ts';
import { NerverootError } from '../errors.ts';
import { openTerminologyServer } from '../fhir/terminology.ts';
import { compareTerminology, familyName, type Comparison } from '../refresh/compare.ts';
import { fillValueSets, type Addition } from '../refresh/fill.ts';
import { addCodes, fingerprint, rewriteList, writable } from '../refresh/rewrite.ts';
import { readFhirServer } from './fhir-server.ts';
import { EXIT, type World } from './world.ts';

interface RefreshOptions {
  readonly server: string;
  readonly tokenEnv?: string;
  readonly write?: string;
  readonly content?: string;
}

/** `nerveroot terminology refresh`: the verified list and the families beside a terminology server. */
export function addTerminology(program: Command, world: World): void {
  program
    .command('terminology')
    .summary('compare the codes with a FHIR terminology server')
    .description(
      'Asks a FHIR R4 terminology server about each code of the verified list and each family of ' +
        'the value sets, and shows where they differ: unknown, inactive, another display, a family ' +
        'with more or fewer codes, and codes that value sets lack which are filled from others. ' +
        'Sends no data of patients. Writes nothing, but with --write and the name of a difference ' +
        'that was shown: then displays, remarks and new codes in the verified list, and new codes ' +
        'in the value sets. ' +
        'Exit code 1 when there is a difference, or something could not be compared.',
    )
    .addArgument(new Argument('<task>', 'what to do').choices(['refresh']))
    .requiredOption('--server <url>', 'base address of the FHIR R4 terminology server')
    .option('--token-env <name>', 'environment variable that holds the bearer token for it')
    .option('--write <difference>', 'write the difference that was shown under this name')
    .option('--content <folder>', 'the folder with cql/ and hooks/ (default: the built-in content)')
    .action(async (_task: string, options: RefreshOptions) => {
      process.exitCode = await refresh(options, world);
    });
}

/** For some thousand codes; a server that takes longer is not answering. */
const BUDGET_MS = 600_000;

async function refresh(options: RefreshOptions, world: World): Promise<number> {
  const { server: fhirServer, tokenEnv } = options;
  const named = { fhirServer, ...(tokenEnv === undefined ? {} : { tokenEnv }) };
  const access = readFhirServer(named, world, '--server');
  const config = world.config();
  const root = resolve(options.content ?? config.content);
  const { verified, valueSets, relations, faults } = await loadTerminology(root);
  for (const fault of faults) world.err(formatFault(fault));
  const list = verified.all.filter(({ file }) => file.endsWith('.csv'));
  if (list.length === 0) {
    throw new NerverootError('InvalidInput', `There is no verified list in ${root}`);
  }
  const limits = { signal: AbortSignal.timeout(BUDGET_MS), maxBytes: config.bodyLimitBytes };
  const server = openTerminologyServer(access, limits);
  const inUse = list.filter(({ noLongerValid }) => noLongerValid === undefined);
  const comparison = await compareTerminology(inUse, valueSets, server);
  const filling = await fillValueSets(valueSets, relations, verified, comparison.held, server);
  await server.close();

  const { additions } = filling;
  const notCompared = [...comparison.notCompared, ...filling.notCompared];
  for (const line of linesOf({ ...comparison, notCompared }, additions)) world.out(line);
  const differences = writable(comparison);
  const name = fingerprint(differences, additions);
  if (options.write !== undefined && options.write !== name) {
    world.err(`Nothing was written: "${options.write}" is not what was shown here.`);
  } else if (options.write !== undefined) {
    const seen = {
      server: new URL(access.baseUrl).host,
      day: world.clock().toISOString().slice(0, 10),
    };
    const rows = await rewriteList(root, list, differences, seen);
    const added = await addCodes(root, list, additions, seen);
    world.out(
      `${rows + added} rows written. Next: nerveroot check, which names the value sets to follow.`,
    );
    return EXIT.ok;
  }
  const found = differences.length + additions.length;
  if (found > 0) world.out(`${found} of these can be written to the list: --write ${name}`);
  const { codes, families } = comparison;
  const isSame = codes.length + families.length + notCompared.length + found === 0;
  return isSame && options.write === undefined ? EXIT.ok : EXIT.found;
}

function linesOf(comparison: Comparison, additions: readonly Addition[]): string[] {
  const { codes, families, notCompared, compared, tellsActivity } = comparison;
  return [
    ...codes.map(({ code, kind, display }) => {
      const there = display === undefined ? 'another display' : `"${display}"`;
      const says = { unknown: 'not known', inactive: 'inactive', display: `called ${there}` }[kind];
      return `${code.file}:${code.line}: ${code.code} (${code.display}): ${says} on the server`;
    }),
    ...families.map((difference) => {
      const { family, more, fewer } = difference;
      const parts = [
        ...(more.length > 0 ? [`more on the server: ${some(more)}`] : []),
        ...(fewer.length > 0 ? [`fewer on the server, without ${some(fewer)}`] : []),
      ];
      return `${familyName(family)}: ${parts.join('; ')}`;
    }),
    ...additions.map(
      ({ set, head, code: { code, display } }) =>
        `${set.file}: ${code} (${withoutControls(display)}): made of ${head.display ?? head.code} on the server, and not listed`,
    ),
    ...notCompared.map(({ what, reason }) => `Not compared: ${what}: ${withoutControls(reason)}`),
    ...(compared.codes > 0 && !tellsActivity
      ? ['The server says of no code whether it is active.']
      : []),
    `${compared.codes} codes and ${compared.families} families compared: ${codes.length + families.length + additions.length} differences.`,
  ];
}

function some(codes: readonly string[]): string {
  const shown = codes.slice(0, 10).map(withoutControls).join(', ');
  return codes.length > 10 ? `${shown} and ${codes.length - 10} others` : shown;
}

/** What a server said, without what a terminal would obey. */
function withoutControls(text: string): string {
  return text.replaceAll(/\p{C}+/gu, ' ').slice(0, 300);
}
