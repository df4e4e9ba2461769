import { expect, it } from 'vitest';
import { allowedServer } from '../../src/fhir/allow-list.ts';

const ALLOWED = [
  'https://ehr.example/r4/',
  'http://ehr.example/plain',
  'http://localhost:8080/fhir',
];

it.each([
  ['https://ehr.example/r4', 'https://ehr.example/r4'],
  ['https://ehr.example/r4/', 'https://ehr.example/r4'],
  ['https://EHR.example:443/r4', 'https://ehr.example/r4'],
  ['http://localhost:8080/fhir', 'http://localhost:8080/fhir'],
])('F-07: %s is a server that was listed', (server, base) => {
  expect(allowedServer(server, ALLOWED)).toBe(base);
});

it.each([
  undefined,
  'http://169.254.169.254/',
  'https://evil.example/r4',
  'https://ehr.example/',
  'https://ehr.example/r4/Patient',
  'https://ehr.example.evil.example/r4',
  'https://ehr.example@evil.example/r4',
  'https://user:word@ehr.example/r4',
  'http://ehr.example/r4',
  'not an address',
])('F-07: %s is none', (server) => {
  expect(allowedServer(server, ALLOWED)).toBeUndefined();
});

it('R-05: a listed server without HTTPS is not read beyond this machine', () => {
  expect(allowedServer('http://ehr.example/plain', ALLOWED)).toBeUndefined();
});
