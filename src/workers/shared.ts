import type { MessagePort } from 'node:worker_threads';
import type { CompileCql, Compiled, CqlSource } from '../translate/compile.ts';

/**
 * What all threads share, and the main thread alone holds. Whatever has to be the same for
 * every call, wherever it is decided, belongs here: workers keep nothing from call to call.
 */
export interface Shared {
  /** Compiles CQL; there is one translator and one cache, and texts that several ask for are compiled once. */
  readonly compile: CompileCql;
}

/** The shared things as the main thread holds them. */
export interface SharedHere extends Shared {
  /** Lets go of what was compiled last, once everybody has it. */
  forget(): void;
}

/** Holds the shared things. */
export function holdShared(compile: CompileCql): SharedHere {
  let last: { readonly key: string; readonly compiled: Promise<Compiled> } | undefined;
  return {
    compile(sources, modelXml) {
      const key = JSON.stringify(sources.map(({ text }) => text));
      if (last?.key === key) return last.compiled;
      const compiled = compile(sources, modelXml);
      last = { key, compiled };
      compiled.catch(() => {
        if (last?.compiled === compiled) last = undefined; // the next to ask tries again
      });
      return compiled;
    },
    forget() {
      last = undefined;
    },
  };
}

interface Question {
  readonly id: number;
  readonly sources: readonly CqlSource[];
  readonly modelXml: string;
}

type Answer =
  | { readonly id: number; readonly compiled: Compiled }
  | { readonly id: number; readonly why: string };

/** An error of loading content in words, since not every error can pass from thread to thread. */
export function wordsOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

/** Answers what a worker asks at the other end of the port. */
export function serveShared(port: MessagePort, shared: Shared): void {
  const answerTo = async ({ id, sources, modelXml }: Question): Promise<Answer> => {
    try {
      return { id, compiled: await shared.compile(sources, modelXml) };
    } catch (error) {
      return { id, why: wordsOf(error) };
    }
  };
  port.on('message', (question: Question) => {
    void answerTo(question).then((answer) => port.postMessage(answer));
  });
  port.unref();
}

/** The shared things as a worker has them: each question goes through the port. */
export function askShared(port: MessagePort): Shared {
  const waiting = new Map<number, PromiseWithResolvers<Compiled>>();
  let last = 0;
  port.on('message', (answer: Answer) => {
    const asked = waiting.get(answer.id);
    waiting.delete(answer.id);
    if ('compiled' in answer) asked?.resolve(answer.compiled);
    else asked?.reject(new Error(answer.why));
  });
  return {
    compile(sources, modelXml) {
      const asked = Promise.withResolvers<Compiled>();
      const id = (last += 1);
      waiting.set(id, asked);
      port.postMessage({ id, sources, modelXml } satisfies Question);
      return asked.promise;
    },
  };
}
