#!/usr/bin/env bash
# cql-execution 3.3.2: an operand that is unknown takes the value of its caller's operand.
#
# CQL: an operand is what the function was called with; a name inside a function means its own
# operand. (https://cql.hl7.org/03-developersguide.html#user-defined-functions)
# Seen: with `define function Same(value Integer): value` and
# `define function SameOfNothing(value Integer): Same((value) V where V > 2)`, SameOfNothing(1)
# is 1. The query comes to JavaScript's undefined, and a name that is undefined is looked for in
# the contexts around, of which the caller's is one.
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

const given = { type: 'OperandRef', name: 'value' };
const nothing = {
  type: 'Query',
  source: [{ alias: 'V', expression: given }],
  where: { type: 'Greater', operand: [{ type: 'AliasRef', name: 'V' }, integer(2)] },
};
const aFunction = (name, expression) => ({
  type: 'FunctionDef',
  name,
  context: 'Patient',
  operand: [{ name: 'value', operandType: `${SYSTEM}Integer` }],
  expression,
});
const { one } = await evaluate(
  { one: { type: 'FunctionRef', name: 'SameOfNothing', operand: [integer(1)] } },
  undefined,
  [
    aFunction('Same', given),
    aFunction('SameOfNothing', { type: 'FunctionRef', name: 'Same', operand: [nothing] }),
  ],
);
console.log('SameOfNothing(1)');
console.log('by the specification: null');
settle(one === 1, `${one}`);
SCRIPT
node show.mjs
