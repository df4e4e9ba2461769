#!/usr/bin/env bash
# cql-execution 3.3.2: a number counts as a Code in `and`.
#
# CQL: `is` is true of a value of the type, and false of any other; false in `and` makes it
# false. (Is, https://cql.hl7.org/09-b-cqlreference.html#is)
# Seen: `X is Code` is undefined for X = 1 and 0 for X = 0, where X may be an Integer or a Code;
# `(1 is Code) and true` is true. The same goes for Concept, Date, DateTime, Time, Quantity and
# intervals: the test gives what it happened to look at.
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

const truth = { type: 'Literal', valueType: `${SYSTEM}Boolean`, value: 'true' };
const isCode = (value) => ({ type: 'Is', operand: integer(value), isType: `${SYSTEM}Code` });
const { one, zero, and } = await evaluate({
  one: isCode(1),
  zero: isCode(0),
  and: { type: 'And', operand: [isCode(1), truth] },
});
console.log('1 is Code, 0 is Code, (1 is Code) and true');
console.log('by the specification: false, false, false');
settle(one === undefined && zero === 0 && and === true, `${one}, ${zero}, ${and}`);
SCRIPT
node show.mjs
