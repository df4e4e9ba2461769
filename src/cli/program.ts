import { Command, CommanderError } from 'commander';
import { NerverootError, type ErrorCode } from '../errors.ts';
import { EXIT, type World } from './world.ts';

/** Exit code by error code; what is not here was found wanting: 1. */
const EXIT_CODES: Partial<Record<ErrorCode, number>> = {
  InvalidInput: EXIT.usage,
  InvalidConfiguration: EXIT.usage,
  EvaluationFailed: EXIT.failed,
  InternalError: EXIT.failed,
};

type AddCommand = (program: Command, world: World) => void;

/** Each command, loaded when it is wanted: `serve` stays, and needs nothing of the others. */
const COMMANDS: Readonly<Record<string, () => Promise<AddCommand>>> = {
  serve: async () => (await import('./serve.ts')).addServe,
  check: async () => (await import('./check.ts')).addCheck,
  test: async () => (await import('./test.ts')).addTest,
  mutate: async () => (await import('./mutate.ts')).addMutate,
  burden: async () => (await import('./burden.ts')).addBurden,
  call: async () => (await import('./call.ts')).addCall,
  doctor: async () => (await import('./doctor.ts')).addDoctor,
  'demo-patients': async () => (await import('./demo-patients.ts')).addDemoPatients,
  new: async () => (await import('./new-rule.ts')).addNew,
  dictionary: async () => (await import('./dictionary.ts')).addDictionary,
  basis: async () => (await import('./basis.ts')).addBasis,
  terminology: async () => (await import('./terminology.ts')).addTerminology,
  schemas: async () => (await import('./schemas.ts')).addSchemas,
};

/** The command that a line begins with; all of them where it begins with none. */
function commandsFor([name = '']: readonly string[]): Promise<AddCommand[]> {
  const asked = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  const loads = asked ? [asked] : Object.values(COMMANDS);
  return Promise.all(loads.map((load) => load()));
}

/** Runs a command line; never throws. Resolves when the command is done, or serving. */
export async function runCli(argv: readonly string[], world: World): Promise<void> {
  const program = new Command('nerveroot')
    .description('CDS Hooks service for lumbar radiculopathy: FHIR R4 in, CQL decides, cards out.')
    .configureOutput({
      writeOut: (text) => world.out(text.trimEnd()),
      writeErr: (text) => world.err(text.trimEnd()),
    })
    .showHelpAfterError('(run with --help to see how it is used)')
    .exitOverride()
    .addHelpText(
      'after',
      `
Examples:
  $ nerveroot serve                                        serve on http://localhost:3000
  $ nerveroot check                                        find every fault in rules and cards
  $ nerveroot test test/rules/RF-01 --watch                run one rule's cases at every save
  $ nerveroot test --coverage                              which part of the CQL has no case?
  $ nerveroot mutate --rule RF-01                          which changes would no case notice?
  $ nerveroot burden test/burden                           how many cards for 100 visits?
  $ nerveroot call patient-view --bundle patient.json      which cards would this patient get?
  $ nerveroot call order-select --bundle patient.json --order order.json --explain
  $ nerveroot call patient-view --bundle patient.json --why RF-01
  $ nerveroot call patient-view --fhir-server https://ehr.example/fhir --patient 12 --token-env TOKEN
  $ nerveroot doctor --fhir-server https://ehr.example/fhir --patient 12     what can it be asked?
  $ nerveroot demo-patients --fhir-server http://localhost:8080/fhir
  $ nerveroot terminology refresh --server https://tx.example/r4   are the codes still right?

Exit codes: 0 fine; 1 something was found wanting (a fault, a failing case, a refused call);
2 the command line, a setting or a file is wrong; 3 nerveroot itself failed.`,
    );
  program.hook('preAction', (_program, command) => {
    if (command.opts<{ json?: true }>().json) world.progress.silence();
  });
  for (const add of await commandsFor(argv)) add(program, world);
  for (const command of program.commands) command.copyInheritedSettings(program);
  try {
    await program.parseAsync(argv, { from: 'user' });
  } catch (error) {
    process.exitCode = report(error, world);
  }
}

function report(error: unknown, world: World): number {
  if (error instanceof CommanderError) {
    // Commander has printed its own message, or the help that was asked for.
    return error.exitCode === 0 || error.code === 'commander.help' ? EXIT.ok : EXIT.usage;
  }
  if (error instanceof NerverootError) {
    world.err(`nerveroot: ${error.message}`);
    return EXIT_CODES[error.code] ?? EXIT.found;
  }
  world.err('nerveroot: something failed that should not have; this is a fault of nerveroot');
  world.err(error instanceof Error ? (error.stack ?? error.message) : String(error));
  return EXIT.failed;
}
