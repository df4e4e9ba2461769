#!/usr/bin/env bash
# cql-execution 3.3.2: a DateTime without an offset loses the half hour of the request's.
#
# CQL: a DateTime without a timezone offset has that of the evaluation request.
# (DateTime, https://cql.hl7.org/09-b-cqlreference.html#datetime)
# Seen: in a request of 13:30 at +05:30 (India), DateTime(2026, 3, 10, 13, 30) has the offset
# +05:00, and is half an hour later than the request itself. The offset goes through an
# integer literal.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund cql-execution@3.3.2
cat >show.mjs <<'SCRIPT'
import { readFileSync } from 'node:fs';
import cql from 'cql-execution';

const SYSTEM = '{urn:hl7-org:elm-types:r1}';
const integer = (value) => ({ type: 'Literal', valueType: `${SYSTEM}Integer`, value: String(value) });
const { version } = JSON.parse(readFileSync('node_modules/cql-execution/package.json', 'utf8'));
console.log(`cql-execution ${version}`);

async function evaluate(def, now, functions = []) {
  const statements = { def: [...Object.entries(def).map(([name, expression]) => ({ name, context: 'Patient', expression })), ...functions] };
  const library = new cql.Library({ library: { identifier: { id: 'Finding', version: '1' }, statements } });
  const patients = new cql.PatientSource([{ id: 'p', recordType: 'Patient' }]);
  const results = await new cql.Executor(library).exec(patients, now);
  return results.patientResults['p'];
}

function settle(isAsFound, seen) {
  console.log(`seen: ${seen}`);
  console.log(isAsFound ? 'As found.' : 'The behaviour has changed.');
  process.exit(isAsFound ? 0 : 1);
}

const now = new cql.DateTime(2026, 3, 10, 13, 30, 0, 0, 5.5);
const parts = { year: 2026, month: 3, day: 10, hour: 13, minute: 30, second: 0, millisecond: 0 };
const moment = { type: 'DateTime', ...Object.fromEntries(Object.entries(parts).map(([name, value]) => [name, integer(value)])) };
const { offset, isNow } = await evaluate(
  {
    offset: { type: 'TimezoneOffsetFrom', operand: moment },
    isNow: { type: 'Equal', operand: [moment, { type: 'Now' }] },
  },
  now,
);
console.log('timezoneoffset from DateTime(2026, 3, 10, 13, 30, 0, 0), and whether it is Now(), at +05:30');
console.log('by the specification: 5.5, true');
settle(offset === 5 && isNow === false, `${offset}, ${isNow}`);
SCRIPT
node show.mjs
