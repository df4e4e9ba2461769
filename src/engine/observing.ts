import type { ElmNode } from '../elm/elm-tree.ts';
import type { Code } from './code.ts';

/** An error with the innermost node that it came from. */
export class PlacedError extends Error {
  /** `Library|1.0.0` */
  readonly library: string;
  readonly localId: string | undefined;

  constructor(library: string, localId: string | undefined, cause: unknown) {
    super('A node of the CQL could not be evaluated', { cause });
    this.library = library;
    this.localId = localId;
  }
}

/** The error of a node that no engine knows. */
export function unknownKind({ type }: ElmNode): TypeError {
  return new TypeError(`The engine knows no ${type ?? 'element without a type'}`);
}

/** Why an evaluation was ended from outside: no fault of the CQL, so that it has no place. */
export class Ended extends Error {
  readonly why: 'steps' | 'aborted';

  constructor(why: 'steps' | 'aborted') {
    super(why === 'steps' ? 'The evaluation took more steps than it may' : 'Nobody waits any more');
    this.why = why;
  }
}

/** The code of a node, with its value told to whoever observes, and its place to its errors. */
export function observing(node: ElmNode, code: Code, library: string, identified: string): Code {
  const { localId } = node;
  return (run, at) => {
    let value: unknown;
    try {
      value = code(run, at);
    } catch (cause) {
      if (cause instanceof PlacedError || cause instanceof Ended) throw cause;
      throw new PlacedError(identified, localId, cause);
    }
    if (localId !== undefined) run.observe?.(library, localId, value);
    return value;
  };
}
