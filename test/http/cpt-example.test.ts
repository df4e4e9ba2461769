import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { anOrderRequest, aPrefetch } from '../support/cds-request.ts';
import { ROOT } from '../support/content.ts';
import { aDraftOrder } from '../support/fhir-data.ts';
import { useServer } from '../support/server.ts';
import { cardsOf } from '../support/wire.ts';

const EXAMPLE = join(ROOT, 'docs', 'examples', 'cpt-codes.yaml');
const server = useServer({ env: { NERVEROOT_CODES: EXAMPLE } });
const { group } = parse(readFileSync(EXAMPLE, 'utf8')) as {
  group: { source: string; element: { code: string }[] }[];
};
const [CPT = ''] = group.map(({ source }) => source);
const codes = group.flatMap(({ element }) => element.map(({ code }) => code));

const topicsOf = async (code: string) => {
  const order = aDraftOrder({ code: { coding: [{ system: CPT, code }] } });
  const answer = await server.call(
    'lumbar-radiculopathy-order',
    anOrderRequest([order], { prefetch: aPrefetch() }),
  );
  return cardsOf(answer).map(({ source }) => source.topic?.code);
};

it('the file for orders by CPT is ready for those that the public sandbox of CDS Hooks sends', () => {
  expect(codes.filter((code) => /\d/.test(code))).toEqual([
    '72148',
    '72149',
    '72158',
    '72131',
    '72132',
    '72133',
  ]);
});

it.each(codes)('%s, or what is filled in for it, is an order that rules read', async (code) => {
  expect(await topicsOf(code)).not.toContain('NC02');
  expect(await topicsOf(`${code}-and-more`)).toContain('NC02');
});
