#!/usr/bin/env bash
# @medplum/core 5.2.13 and fhirclient 2.6.3: a server's warning comes back as one of the records.
#
# FHIR R4: a searchset may hold an OperationOutcome with information about the search; its
# `search.mode` is `outcome`, and it is no match. (https://hl7.org/fhir/R4/search.html#outcome)
# Seen: a search for conditions matches none, and says that some were withheld. `searchResources`
# of Medplum, typed as conditions, and `request` of fhirclient with `flat` both return a list of one:
# the OperationOutcome, without `search.mode`. Who counts has found a condition; who asks each for its
# code finds nothing, and reads on over the one sentence that says that the list is not whole.
# Here: an outcome is no record and no match, and one that tells of an error makes the search incomplete
# (src/fhir/bundle.ts, test/fhir/bundle.test.ts).
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund @medplum/core@5.2.13 fhirclient@2.6.3
cat >show.mjs <<'SCRIPT'
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { MedplumClient } from '@medplum/core';
import smart from 'fhirclient';

const versionOf = (name) => JSON.parse(readFileSync(`node_modules/${name}/package.json`, 'utf8')).version;
console.log(`@medplum/core ${versionOf('@medplum/core')}, fhirclient ${versionOf('fhirclient')}`);

const WITHHELD = {
  resourceType: 'Bundle',
  type: 'searchset',
  total: 0,
  entry: [
    {
      resource: {
        resourceType: 'OperationOutcome',
        issue: [{ severity: 'warning', code: 'suppressed', diagnostics: 'Some conditions are withheld.' }],
      },
      search: { mode: 'outcome' },
    },
  ],
};
const server = createServer((_request, response) => {
  response.setHeader('content-type', 'application/fhir+json');
  response.end(JSON.stringify(WITHHELD));
});
await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
const baseUrl = `http://127.0.0.1:${server.address().port}/`;

const medplum = await new MedplumClient({ baseUrl, fetch }).searchResources('Condition', 'patient=p');
const client = smart({ headers: {}, socket: {}, url: '/' }, {}, {}).client(baseUrl);
const flat = await client.request('Condition?patient=p', { flat: true, pageLimit: 0 });
server.close();

const seen = [medplum, flat].map((list) => list.map(({ resourceType }) => resourceType));
console.log('resources of a search for conditions that matches none: @medplum/core, fhirclient');
console.log('by the specification: [[],[]]');
console.log(`seen: ${JSON.stringify(seen)}`);
const isAsFound = JSON.stringify(seen) === '[["OperationOutcome"],["OperationOutcome"]]';
console.log(isAsFound ? 'As found.' : 'The behaviour has changed.');
process.exit(isAsFound ? 0 : 1);
SCRIPT
node show.mjs
