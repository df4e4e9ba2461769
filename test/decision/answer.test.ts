import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Content } from '../../src/content/content.ts';
import { answerCall, decideHere, type CallOutcome } from '../../src/decision/answer.ts';
import type { DecisionDeps } from '../../src/decision/decide.ts';
import { aViewRequest } from '../support/cds-request.ts';
import { aCompiler } from '../support/content.ts';
import { aCough, contentOf } from '../support/mini-content.ts';
import { MINI_PATIENT } from '../support/rule-case.ts';
import { aSite } from '../support/site.ts';

const compiler = aCompiler();
afterAll(() => compiler.translator.close());

let content: Content;
beforeAll(async () => {
  content = await contentOf(compiler);
});

function aDeps(changes: Partial<DecisionDeps> = {}): DecisionDeps {
  return {
    content: { current: async () => content },
    clock: () => new Date('2026-03-10T14:00:00Z'),
    newId: () => '00000000-0000-4000-8000-000000000001',
    siteOf: () => aSite(),
    ...changes,
  };
}

const whole = aViewRequest({
  context: { userId: 'Practitioner/1', patientId: 'p1' },
  prefetch: {
    patient: MINI_PATIENT,
    conditions: {
      resourceType: 'Bundle',
      type: 'searchset',
      entry: [{ resource: aCough() }],
    },
  },
});

function aBody(text: string): Uint8Array<SharedArrayBuffer> {
  const bytes = new TextEncoder().encode(text);
  const body = new Uint8Array(new SharedArrayBuffer(bytes.length));
  body.set(bytes);
  return body;
}

function answer(
  text: string,
  { hungUp = new AbortController().signal, deps = aDeps() } = {},
): Promise<CallOutcome> {
  return answerCall({ serviceId: 'mini-view', body: aBody(text), hungUp }, deps);
}

const HUNG_UP = {
  failure: {
    code: 'HungUp',
    message: 'The caller hung up before the answer was there',
    path: undefined,
    where: undefined,
  },
};

describe('a call in bytes', () => {
  it('is answered in bytes, with what the log holds of it', async () => {
    const outcome = await answer(JSON.stringify(whole));
    if ('failure' in outcome) throw new Error(outcome.failure.message);
    const response: unknown = JSON.parse(new TextDecoder().decode(outcome.response));
    expect(response).toMatchObject({ cards: [{ summary: 'Coughs recorded - 1' }] });
    expect(outcome.record).toEqual({
      service: 'mini-view',
      hook: 'patient-view',
      hookInstance: 'd1577c69-dfbe-44ad-ba6d-3e05e953b2ea',
      content: content.version,
      rules: ['RX-01'],
      silent: [],
    });
  });

  it.each([
    ['no JSON', '{"hook":', 'InvalidJson', 'The body is not valid JSON'],
    ['nothing', '', 'InvalidJson', 'The body is not valid JSON'],
    [
      'nested',
      '['.repeat(101) + ']'.repeat(101),
      'InvalidJson',
      'The body is nested deeper than 100 levels',
    ],
  ])('that is %s ends in a failure', async (_title, text, code, message) => {
    expect(await answer(text)).toEqual({
      failure: { code, message, path: undefined, where: undefined },
    });
  });

  it('may begin with a byte order mark', async () => {
    expect(await answer(`\uFEFF${JSON.stringify(whole)}`)).toHaveProperty('record');
  });

  it('tells of a failure that is not our own where it came from, and nothing else', async () => {
    const deps = aDeps({
      clock: () => {
        throw new Error('no such patient: p1');
      },
    });
    const outcome = await answer(JSON.stringify(whole), { deps });
    const { failure } = 'failure' in outcome ? outcome : {};
    expect(failure).toMatchObject({
      code: 'InternalError',
      message: 'The service failed; its log says where',
    });
    expect(failure?.where?.length).toBeGreaterThan(0);
    expect(JSON.stringify(failure)).not.toContain('no such patient');
    expect(structuredClone(failure)).toEqual(failure);
  });
});

describe('a caller who hangs up', () => {
  it('before the call begins: nothing is read', async () => {
    expect(await answer('no JSON', { hungUp: AbortSignal.abort() })).toEqual(HUNG_UP);
  });

  it('during the reads: they are told, and nothing is computed', async () => {
    const leaving = new AbortController();
    let told: AbortSignal | undefined;
    const failed = async () => {
      leaving.abort();
      return { state: 'failed', resources: [], reason: 'stopped' } as const;
    };
    const deps = aDeps({
      readerFor: (_request, hungUp) => {
        told = hungUp;
        return { read: failed, search: failed };
      },
      clock: () => {
        throw new Error('computed');
      },
    });
    const text = JSON.stringify({ ...whole, prefetch: {} });
    expect(await answer(text, { hungUp: leaving.signal, deps })).toEqual(HUNG_UP);
    expect(told).toBe(leaving.signal);
  });

  it('while it is computed: what computes can ask', async () => {
    let asked: boolean | undefined;
    const leaving = new AbortController();
    const deps = aDeps({
      aborted: () => leaving.signal.aborted,
      observe: () => {
        asked ??= deps.aborted?.();
        leaving.abort();
      },
    });
    expect(await answer(JSON.stringify(whole), { deps })).toEqual(HUNG_UP);
    expect(asked).toBe(false);
  });
});

it('offers what the content has', async () => {
  const { services, questionnaires } = await decideHere(aDeps()).offer();
  expect(services.map(({ id }) => id)).toEqual(['mini-order', 'mini-view']);
  expect(questionnaires).toEqual([]);
});
