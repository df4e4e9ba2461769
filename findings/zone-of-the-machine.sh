#!/usr/bin/env bash
# cql-execution 3.3.2: ToDateTime takes the time zone of the machine.
#
# CQL: a DateTime without a timezone offset has that of the evaluation request.
# (ToDateTime, https://cql.hl7.org/09-b-cqlreference.html#todatetime)
# Seen: in a request at +01:00, ToDateTime('2026-03-10T10:30') has the offset of the machine that
# evaluates it: +09:00 where that is in Tokyo, so that one record reads otherwise on another server.
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

process.env.TZ = 'Asia/Tokyo';
const text = { type: 'Literal', valueType: `${SYSTEM}String`, value: '2026-03-10T10:30' };
const { offset } = await evaluate(
  { offset: { type: 'TimezoneOffsetFrom', operand: { type: 'ToDateTime', operand: text } } },
  new cql.DateTime(2026, 3, 10, 9, 0, 0, 0, 1),
);
console.log("timezoneoffset from ToDateTime('2026-03-10T10:30') at +01:00, on a machine in Tokyo");
console.log('by the specification: 1');
settle(offset === 9, `${offset}`);
SCRIPT
node show.mjs
