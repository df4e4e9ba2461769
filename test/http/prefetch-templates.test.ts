import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  aPrefetch,
  aViewRequest,
  aWholeRequest,
  without,
  withValue,
} from '../support/cds-request.ts';
import { ROOT } from '../support/content.ts';
import { anObservation, searchset } from '../support/fhir-data.ts';
import { TRIAL_CONTENT, useServer } from '../support/server.ts';
import { cardsOf, servicesOf } from '../support/wire.ts';

// https://cds-hooks.hl7.org/STU2/#prefetch-tokens; context fields by hook: https://cds-hooks.hl7.org/hooks/STU1/
const USER_TOKENS = [
  'userPractitionerId',
  'userPractitionerRoleId',
  'userPatientId',
  'userRelatedPersonId',
];
const CONTEXT_TOKENS = ['context.userId', 'context.patientId', 'context.encounterId'];

// https://cds-hooks.hl7.org/STU2/#prefetch-query-restrictions
const SIMPLE_PARAMETER = /^(?:[a-z-]+(?::in)?|_id|_lastUpdated|_count|_sort)=[^=]+$/;
const OTHER_DATE_PREFIX = /=(?:ne|sa|eb|ap)\d{4}/;

describe.each([
  ['the real content', undefined],
  ['a second content folder', TRIAL_CONTENT],
])('P: prefetch templates of %s', (_title, content) => {
  const server = useServer(content === undefined ? {} : { content });
  const discover = async () => servicesOf(await server.get('/cds-services'));
  const templates = async () =>
    (await discover()).flatMap(({ prefetch = {} }) => Object.values(prefetch));

  it('P-01: each key is a plain name, and no key stands for two templates', async () => {
    const { text } = await server.get('/cds-services');
    const found = [...text.matchAll(/"prefetch":\{((?:"[^"]*":"[^"]*",?)*)\}/g)];
    expect(found).toHaveLength(servicesOf(await server.get('/cds-services')).length);
    for (const [, inside = ''] of found) {
      const keys = [...inside.matchAll(/"([^"]*)":"[^"]*"/g)].map(([, key]) => key);
      expect(keys).toEqual([...new Set(keys)]);
      expect(keys.filter((key) => !/^[a-z][A-Za-z]*\d?$/.test(key ?? ''))).toEqual([]);
      expect(keys).toContain('patient');
    }
  });

  it('P-02: each template is one relative read or search', async () => {
    for (const template of await templates()) {
      expect(template).toMatch(/^[A-Z][A-Za-z]+(?:\/\{\{[A-Za-z.]+\}\}|\?[^/]+)$/);
    }
  });

  it('P-03: tokens stand in double braces and there are no other braces', async () => {
    for (const template of await templates()) {
      expect(template.replaceAll(/\{\{[^{}]+\}\}/g, '')).not.toMatch(/[{}]/);
    }
  });

  it('P-04, P-05, P-08: each token is a primitive field of the context or a user token', async () => {
    const tokens = (await templates()).flatMap((template) =>
      [...template.matchAll(/\{\{(.*?)\}\}/g)].map(([, token]) => token ?? ''),
    );
    expect(tokens).toContain('context.patientId');
    const known = new Set([...CONTEXT_TOKENS, ...USER_TOKENS]);
    expect(tokens.filter((token) => !known.has(token))).toEqual([]);
  });

  it('P-06, P-07: each search stays in the parameters that every client knows', async () => {
    const searches = (await templates()).filter((template) => template.includes('?'));
    expect(searches).not.toHaveLength(0);
    for (const search of searches) {
      expect(search).not.toMatch(OTHER_DATE_PREFIX);
      for (const parameter of (search.split('?')[1] ?? '').split('&')) {
        expect(parameter).toMatch(SIMPLE_PARAMETER);
      }
    }
  });

  it('P-08, P-09: no template computes or names another key', async () => {
    for (const template of await templates()) {
      expect(template).not.toMatch(/%|today\(|now\(|ofType|resolve|\|/);
    }
  });

  it('P-07: sorting is written as R4 has it', async () => {
    for (const template of await templates()) expect(template).not.toMatch(/sort:|_maxresults/);
  });

  it('P-10: no template needs an encounter, which these hooks need not have', async () => {
    const needy = (await templates()).filter((template) => template.includes('encounterId'));
    expect(needy).toEqual([]);
  });

  it('P-10: a call without an encounter is answered, where the hook need not have one', async () => {
    for (const service of (await discover()).filter(({ hook }) => hook !== 'encounter-start')) {
      const request = aWholeRequest(service);
      expect(request.context).not.toHaveProperty('encounterId');
      expect((await server.call(service.id, request)).status).toBe(200);
    }
  });

  it('P-11: each key names a resource type that the CQL retrieves', async () => {
    const folder = join(content ?? ROOT, 'cql');
    const cql = readdirSync(folder)
      .filter((file) => file.endsWith('.cql'))
      .map((file) => readFileSync(join(folder, file), 'utf8'))
      .join('\n');
    const retrieved = new Set(
      [...cql.matchAll(/\[([A-Z][A-Za-z]+)[:\]]/g)].map(([, type]) => type),
    );
    // Answers to the forms reach the CQL as the Observations it retrieves.
    if (retrieved.has('Observation')) retrieved.add('QuestionnaireResponse');
    const asked = (await templates()).map((template) => /^[A-Za-z]+/.exec(template)?.[0]);
    const idle = asked.filter((type) => type !== 'Patient' && !retrieved.has(type));
    expect(idle).toEqual([]);
  });
});

/** Medicines matter only where a deficit or sudden pain may come from bleeding. */
const MAY_BLEED = searchset(
  [
    { code: 'sensation-reduced', valueBoolean: true },
    { code: 'sudden-severe-pain', valueBoolean: true },
    // Without it, orders that did not come are told to nobody.
    { code: 'urgent-order-answered', valueBoolean: false },
  ].map(({ code, valueBoolean }) =>
    anObservation({
      id: code,
      code: { coding: [{ system: 'urn:nerveroot:codesystem:findings', code }] },
      valueBoolean,
      effectiveDateTime: new Date().toISOString(),
    }),
  ),
);

describe('P-11: the least that is needed', () => {
  const server = useServer();
  const trial = useServer({ content: TRIAL_CONTENT });

  it('P-11: every key of the real content is missed when it does not come', async () => {
    for (const service of servicesOf(await server.get('/cds-services'))) {
      for (const key of Object.keys(service.prefetch ?? {})) {
        const whole = withValue(aWholeRequest(service), 'prefetch.observations', MAY_BLEED);
        const answer = await server.call(service.id, without(whole, `prefetch.${key}`));
        const said =
          answer.status === 412 ||
          cardsOf(answer).some(
            ({ source, detail }) =>
              source.topic.code === 'NC01' || detail.includes('not looked at'),
          );
        expect([service.id, key, said]).toEqual([service.id, key, true]);
      }
    }
  });

  it('P-11: a service asks for what its own cards read and not for what others read', async () => {
    const services = servicesOf(await trial.get('/cds-services'));
    const keys = services.map(({ id, hook, prefetch }) => [id, hook, Object.keys(prefetch ?? {})]);
    expect(keys).toEqual([
      ['trial-both', 'order-select', ['patient', 'conditions']],
      ['trial-both', 'patient-view', ['patient', 'conditions']],
      ['trial-order', 'order-select', ['patient', 'conditions', 'serviceRequests']],
      ['trial-trouble', 'patient-view', ['patient', 'conditions']],
      ['trial-view', 'patient-view', ['patient', 'conditions', 'observations']],
    ]);
  });

  it('P-01: data under another key than the one asked for are not read', async () => {
    const { conditions, ...prefetch } = aPrefetch();
    const request = aViewRequest({ prefetch: { ...prefetch, Conditions: conditions } });
    expect((await trial.call('trial-view', request)).status).toBe(412);
  });
});
