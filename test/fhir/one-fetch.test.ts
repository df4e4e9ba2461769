import { afterEach, expect, it } from 'vitest';
import { fetch as undiciFetch } from 'undici';
import undici from 'undici/package.json' with { type: 'json' };
import { useOneFetch } from '../../src/fhir/one-fetch.ts';

const { fetch, Request, Response, Headers, FormData } = globalThis;
afterEach(() => {
  Object.assign(globalThis, { fetch, Request, Response, Headers, FormData });
});

it('leaves Node its own fetch where that takes our Agent', async () => {
  await useOneFetch(undici.version);
  expect(globalThis.fetch).toBe(fetch);
});

it.each(['6.21.2', '7.16.0', ''])(
  'takes the package’s where Node brings undici %s',
  async (version) => {
    await useOneFetch(version);
    expect(globalThis.fetch).toBe(undiciFetch);
  },
);
