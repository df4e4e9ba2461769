import type { Config } from '../config.ts';
import type { CompileCql } from '../translate/compile.ts';
import type { Compiler } from '../content/cql-libraries.ts';
import type { Progress } from './progress.ts';

/** What a command may touch of the world outside; built once, in main. */
export interface World {
  /**
   * Read when a command needs it, so that `--help` never fails on a bad setting; what the
   * command line says of a variable goes before the environment.
   */
  readonly config: (said?: Readonly<Record<string, string>>) => Config;
  /** Compiles CQL, or takes what was compiled before. */
  readonly compile: CompileCql;
  readonly compiler: () => Compiler;
  readonly clock: () => Date;
  readonly newId: () => string;
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  readonly progress: Progress;
  /** True when standard output is a terminal that shows colours. */
  readonly colour: boolean;
  readonly packageRoot: string;
  /** The module that a worker thread runs. */
  readonly workerFile: URL;
  /** An environment variable by the name a user gave on the command line. */
  readonly secret: (name: string) => string | undefined;
  /** Ends what runs beside the main thread. */
  readonly close: () => Promise<void>;
}

/** How a command ended. */
export const EXIT = {
  /** Done, and nothing to complain of. */
  ok: 0,
  /** Done, and something was found wanting: a fault in content, a failing case, a refused call. */
  found: 1,
  /** Not done: the command line or a file it names is wrong. */
  usage: 2,
  /** Not done: nerveroot itself failed. */
  failed: 3,
} as const;
