import { beforeAll } from 'vitest';
import type { Content } from '../../src/content/content.ts';
import { formatFault } from '../../src/content/fault.ts';
import { loadContent } from '../../src/content/load.ts';
import { loadCases } from '../../src/rule-tests/load-cases.ts';
import { composeCase } from '../../src/rule-tests/run-case.ts';
import { useApp } from './app-server.ts';
import {
  aMeasuredRequest,
  anOrderRequest,
  aPrefetch,
  aViewRequest,
  without,
} from './cds-request.ts';
import { aCompiler, ROOT } from './content.ts';
import { aMinor, aNamedOrder, aNote, searchset, type Json } from './fhir-data.ts';
import { TRIAL_CONTENT, type Answer } from './server.ts';
import { cardsOf, type WireCard } from './wire.ts';
import { aSite } from './site.ts';

/** One call as it was made, and what came back. */
export interface Exchange {
  readonly name: string;
  readonly request: Json;
  readonly answer: Answer;
}

interface PlannedCall {
  readonly name: string;
  readonly service: string;
  readonly request: Json;
  readonly now: Date;
  readonly timeZone: string;
}

/** What the tests may ask of all the answers of one content folder. */
export interface EveryAnswer {
  readonly exchanges: () => readonly Exchange[];
  /** Those answered with 200. */
  readonly answered: () => readonly Exchange[];
  readonly cards: () => readonly { readonly card: WireCard; readonly request: Json }[];
  readonly content: () => Content;
}

export const FOLDERS = [
  ['the real content, called with every rule case', ROOT, planRuleCases],
  ['a second content folder', TRIAL_CONTENT, planTrialCalls],
] as const;

/** Serves a content folder over HTTP and calls it with everything planned for it. */
export function useEveryAnswer(
  root: string,
  plan: (content: Content) => Promise<readonly PlannedCall[]>,
): EveryAnswer {
  let content: Content | undefined;
  let call: Pick<PlannedCall, 'now' | 'timeZone'> | undefined;
  let serial = 0;
  const exchanges: Exchange[] = [];
  const server = useApp(async () => {
    const loaded = await loadContent(root, aCompiler());
    if (!loaded.content) throw new Error(loaded.faults.map(formatFault).join('\n'));
    const served = loaded.content;
    content = served;
    return {
      content: { current: async () => served },
      clock: () => call?.now ?? new Date(0),
      newId: () => `00000000-0000-4000-8000-${String((serial += 1)).padStart(12, '0')}`,
      siteOf: () => aSite(call?.timeZone ?? 'UTC', { systemActions: true }),
    };
  });
  const theContent = (): Content => {
    if (!content) throw new Error('The content is not loaded yet');
    return content;
  };
  beforeAll(async () => {
    for (const planned of await plan(theContent())) {
      call = planned;
      const { name, request, service } = planned;
      exchanges.push({ name, request, answer: await server.call(service, request) });
    }
  });
  const answered = (): Exchange[] => exchanges.filter(({ answer }) => answer.status === 200);
  return {
    exchanges: () => exchanges,
    answered,
    cards: () =>
      answered().flatMap(({ answer, request }) =>
        cardsOf(answer).map((card) => ({ card, request })),
      ),
    content: theContent,
  };
}

async function planRuleCases(content: Content): Promise<PlannedCall[]> {
  const { cases } = await loadCases(ROOT, ['test/rules']);
  return cases.map((ruleCase) => {
    const { serviceId, body, now, timeZone } = composeCase(ruleCase, content);
    return { name: ruleCase.file, service: serviceId, request: body, now, timeZone };
  });
}

/** Every card of the trial content, and the ways for it to be long, odd or absent. */
async function planTrialCalls(): Promise<PlannedCall[]> {
  const orders = [
    aNamedOrder('draft-1', 'MRI lumbar spine'),
    aNamedOrder('draft-2', 'x '.repeat(300)),
  ];
  const stored = searchset([aNamedOrder('stored-1', 'CT on record')]);
  const conditions = searchset(
    ['', '😀'.repeat(200), '<b>&'].map((text, i) => aNote(text, `c-${i}`)),
  );
  const calls: [string, string, Json][] = [
    ['one note', 'trial-view', aViewRequest()],
    ['odd notes', 'trial-view', aViewRequest({ prefetch: aPrefetch({ conditions }) })],
    ['a minor', 'trial-view', aViewRequest({ prefetch: aPrefetch({ patient: aMinor() }) })],
    ['a measurement', 'trial-view', aMeasuredRequest('critical')],
    ['no observations', 'trial-view', without(aViewRequest(), 'prefetch.observations')],
    ['orders', 'trial-order', anOrderRequest(orders)],
    ['no order', 'trial-order', anOrderRequest([])],
    [
      'stored',
      'trial-order',
      anOrderRequest([], { prefetch: aPrefetch({ serviceRequests: stored }) }),
    ],
    ['two hooks', 'trial-both', anOrderRequest()],
    ['no prefetch', 'trial-view', without(aViewRequest(), 'prefetch')],
  ];
  const now = new Date('2026-03-10T14:00:00Z');
  return calls.map(([name, service, request]) => ({
    name,
    service,
    request,
    now,
    timeZone: 'UTC',
  }));
}
