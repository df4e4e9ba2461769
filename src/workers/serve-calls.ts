import type { MessagePort } from 'node:worker_threads';
import type { Content } from '../content/content.ts';
import type { Compiler } from '../content/cql-libraries.ts';
import { loadTexts } from '../content/load.ts';
import type { ContentTexts } from '../content/texts.ts';
import { answerCall } from '../decision/answer.ts';
import type { DecisionDeps } from '../decision/decide.ts';
import { discover } from '../decision/discover.ts';
import { NerverootError } from '../errors.ts';
import type { FhirReader, Looked } from '../fhir/client.ts';
import { giveBackLater } from './give-back.ts';
import type { FromWorker, ToWorker } from './protocol.ts';
import { wordsOf } from './shared.ts';

type CallMessage = Extract<ToWorker, { readonly kind: 'call' }>;

/** What a worker needs to decide, but for the content. */
export interface WorkerDeps {
  readonly compiler: Compiler;
  /** The same for every call, but for the FHIR servers that may be read. */
  readonly depsWith: (fhirServers: () => readonly string[]) => Omit<DecisionDeps, 'content'>;
}

/** The worker's side: loads content and answers calls as the main thread says through the port. */
export function serveCalls(port: MessagePort, { compiler, depsWith }: WorkerDeps): void {
  const tell = (message: FromWorker, moved: ArrayBuffer[] = []): void =>
    port.postMessage(message, moved);
  const open = new Map<number, AbortController>();
  let fhirServers: readonly string[] = [];
  const deps = depsWith(() => fhirServers);
  // A call waits for the content that was being loaded when it came, and keeps it.
  let content: Promise<Content | undefined> = Promise.resolve(undefined);

  const load = async (texts: ContentTexts, before: typeof content): typeof content => {
    try {
      const { content: loaded, faults } = await loadTexts(texts, compiler);
      if (loaded && (await before) === undefined) giveBackLater();
      tell({ kind: 'loaded', loaded: { content: loaded && discover(loaded), faults } });
      return loaded ?? (await before);
    } catch (error) {
      tell({ kind: 'notLoaded', why: wordsOf(error) });
      return before;
    }
  };
  const tellBasisOf = async (texts: ContentTexts): Promise<void> => {
    try {
      const { tellBasis } = await import('../basis/told.ts'); // threads that decide do not need it
      const { content: loaded } = await loadTexts(texts, compiler);
      tell({ kind: 'told', basis: tellBasis(loaded ?? noContent()) });
    } catch (error) {
      tell({ kind: 'notLoaded', why: wordsOf(error) });
    }
  };
  const answer = async ({ id, serviceId, body, flag }: CallMessage): Promise<void> => {
    const hangUp = new AbortController();
    open.set(id, hangUp);
    const loaded = content.then((found) => found ?? noContent());
    const outcome = await answerCall(
      { serviceId, body, hungUp: hangUp.signal },
      {
        ...deps,
        content: { current: () => loaded },
        aborted: () => Atomics.load(flag, 0) === 1,
        readerFor: (request, hungUp) => {
          const reader = deps.readerFor?.(request, hungUp);
          return (
            reader && whileReading(reader, (reading) => tell({ kind: 'reading', id, reading }))
          );
        },
      },
    );
    open.delete(id);
    tell({ kind: 'outcome', id, outcome }, 'response' in outcome ? [outcome.response.buffer] : []);
  };
  port.on('message', (message: ToWorker) => {
    switch (message.kind) {
      case 'load':
        content = load(message.texts, content);
        break;
      case 'call':
        ({ fhirServers } = message);
        void answer(message);
        break;
      case 'hungUp':
        open.get(message.id)?.abort();
        break;
      case 'tell':
        void tellBasisOf(message.texts);
    }
  });
}

function noContent(): never {
  throw new NerverootError('InternalError', 'A worker was called before it had content');
}

/** The reader, telling when its first read begins and its last one ends: meanwhile nothing is computed. */
function whileReading(reader: FhirReader, tell: (reading: boolean) => void): FhirReader {
  let reads = 0;
  const during = async (look: Promise<Looked>): Promise<Looked> => {
    if ((reads += 1) === 1) tell(true);
    try {
      return await look;
    } finally {
      if ((reads -= 1) === 0) tell(false);
    }
  };
  return {
    read: (path) => during(reader.read(path)),
    search: (query) => during(reader.search(query)),
  };
}
