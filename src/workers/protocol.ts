import type { MessagePort } from 'node:worker_threads';
import type { ToldBasis } from '../basis/told.ts';
import type { Config } from '../config.ts';
import type { ContentFault } from '../content/fault.ts';
import type { ContentTexts } from '../content/texts.ts';
import type { CallOutcome } from '../decision/answer.ts';
import type { Offer } from '../decision/discover.ts';

/** What a worker thread begins with. */
export interface Beginning {
  readonly config: Config;
  /** Where it asks for what all threads share. */
  readonly shared: MessagePort;
}

/** What the main thread says to a worker. */
export type ToWorker =
  | { readonly kind: 'load'; readonly texts: ContentTexts }
  | {
      readonly kind: 'call';
      readonly id: number;
      readonly serviceId: string;
      readonly body: Uint8Array<SharedArrayBuffer>;
      /** FHIR servers that may be read. */
      readonly fhirServers: readonly string[];
      /** Its one number is 1 once the caller has hung up; a worker that computes reads no message. */
      readonly flag: Int32Array<SharedArrayBuffer>;
    }
  | { readonly kind: 'hungUp'; readonly id: number }
  | { readonly kind: 'tell'; readonly texts: ContentTexts };

/** What a worker says to the main thread. Each load is answered, in their order. */
export type FromWorker =
  | { readonly kind: 'loaded'; readonly loaded: Loaded }
  | { readonly kind: 'notLoaded'; readonly why: string }
  | { readonly kind: 'told'; readonly basis: ToldBasis }
  | { readonly kind: 'reading'; readonly id: number; readonly reading: boolean }
  | { readonly kind: 'outcome'; readonly id: number; readonly outcome: CallOutcome };

/** What came of loading content. */
export interface Loaded {
  /** What it offers; undefined when a fault is an error. */
  readonly content: Offer | undefined;
  readonly faults: readonly ContentFault[];
}
