#!/usr/bin/env bash
# cql-execution 3.3.2: a single value that `where` keeps out counts as true in `and`.
#
# CQL: a query over one value comes to one value, or to null; `true and null` is null.
# (https://cql.hl7.org/03-developersguide.html#three-valued-logic and
# https://cql.hl7.org/02-authorsguide.html#queries)
# Seen: `((1) X where X > 2 return true) and true` is true, `or false` is false, and
# `xor true` is true. The query comes to JavaScript's undefined, and logic looks for null.
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

const alias = { type: 'AliasRef', name: 'X' };
const truth = (value) => ({ type: 'Literal', valueType: `${SYSTEM}Boolean`, value: String(value) });
const nothing = {
  type: 'Query',
  source: [{ alias: 'X', expression: integer(1) }],
  where: { type: 'Greater', operand: [alias, integer(2)] },
  return: { expression: truth(true) },
};
const { and, or, xor } = await evaluate({
  and: { type: 'And', operand: [nothing, truth(true)] },
  or: { type: 'Or', operand: [nothing, truth(false)] },
  xor: { type: 'Xor', operand: [nothing, truth(true)] },
});
console.log('((1) X where X > 2 return true): and true, or false, xor true');
console.log('by the specification: null, null, null');
settle(and === true && or === false && xor === true, `${and}, ${or}, ${xor}`);
SCRIPT
node show.mjs
