#!/usr/bin/env bash
# lforms 40.1.3 with cql-exec-fhir 2.2.0: a number that was answered is extracted as text, and is then unknown.
#
# FHIR R4: numbers are JSON numbers, those of `valueInteger` and of a Quantity too.
# (https://hl7.org/fhir/R4/json.html#primitive)
# Seen: 3 and 250 mL are typed, and are numbers in the QuestionnaireResponse. The Observations that are
# extracted from it have `"valueInteger": "3"` and `"valueQuantity": { "value": "250", … }`. Where a
# server stores that as it came, cql-exec-fhir hands the text to CQL: `value >= 200` is null, with no
# error, and `value + 1` of the integer is the text 31. A threshold that was reached stays silent.
# Here: a number written as text is unknown, never guessed and never joined as text
# (src/engine/fhir-values.ts), and a rule tells what was measured but cannot be read.
#
# Needs a Chromium: NERVEROOT_TEST_CHROMIUM, else /usr/bin/chromium.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund playwright-core@1.65.1 cql-execution@3.3.2 cql-exec-fhir@2.2.0
# What runs in a page is bundled: the packages that it was built from are not needed.
for package in lforms@40.1.3 zone.js@0.15.1; do
  npm pack --silent "$package" >/dev/null
  mkdir "${package%@*}"
  tar xzf "${package/@/-}.tgz" -C "${package%@*}" --strip-components=1
done
cat >show.mjs <<'SCRIPT'
import { readFileSync } from 'node:fs';
import cql from 'cql-execution';
import cqlfhir from 'cql-exec-fhir';
import { chromium } from 'playwright-core';

const { version } = JSON.parse(readFileSync('lforms/package.json', 'utf8'));
const reader = JSON.parse(readFileSync('node_modules/cql-exec-fhir/package.json', 'utf8'));
console.log(`lforms ${version}, cql-exec-fhir ${reader.version}`);

const SCRIPTS = [
  'zone.js/bundles/zone.umd.js',
  'lforms/dist/lforms/webcomponent/lhc-forms.js',
  'lforms/dist/lforms/fhir/R4/lformsFHIR.min.js',
];

async function withForm(questionnaire, use) {
  const browser = await chromium.launch({
    executablePath: process.env.NERVEROOT_TEST_CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-dev-shm-usage'],
  });
  try {
    const page = await browser.newPage();
    await page.route('**/*', (route) => route.fulfill({ contentType: 'text/html', body: '<!doctype html><meta charset="utf-8"><div id="form"></div>' }));
    await page.goto('http://form.example/');
    for (const script of SCRIPTS) await page.addScriptTag({ content: readFileSync(script, 'utf8') });
    await page.evaluate((form) => globalThis.LForms.Util.addFormToPage(form, 'form', { prepopulate: false }), questionnaire);
    return await use(page);
  } finally {
    await browser.close();
  }
}

/** The response, and the Observations that are extracted from it, as the JSON that is sent. */
async function extract(page) {
  const text = await page.evaluate(() => {
    const form = document.getElementById('form');
    const subject = { resourceType: 'Patient', id: 'p' };
    return JSON.stringify(globalThis.LForms.Util.getFormFHIRData('QuestionnaireResponse', 'R4', form, { extract: true, subject }));
  });
  const resources = JSON.parse(text).flatMap((one) => one.entry?.map(({ resource }) => resource) ?? [one]);
  return {
    response: resources.find(({ resourceType }) => resourceType === 'QuestionnaireResponse'),
    observations: resources.filter(({ resourceType }) => resourceType === 'Observation'),
  };
}

function settle(isAsFound, seen) {
  console.log(`seen: ${seen}`);
  console.log(isAsFound ? 'As found.' : 'The behaviour has changed.');
  process.exit(isAsFound ? 0 : 1);
}

const EXTRACT = { url: 'http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-observationExtract', valueBoolean: true };
const MILLILITRE = {
  url: 'http://hl7.org/fhir/StructureDefinition/questionnaire-unitOption',
  valueCoding: { system: 'http://unitsofmeasure.org', code: 'mL', display: 'mL' },
};
const question = (linkId, type, extension) => ({ linkId, type, text: linkId, code: [{ system: 'urn:example', code: linkId }], extension });
const questionnaire = {
  resourceType: 'Questionnaire',
  status: 'active',
  item: [question('grade', 'integer', [EXTRACT]), question('volume', 'quantity', [EXTRACT, MILLILITRE])],
};
const { response, observations } = await withForm(questionnaire, async (page) => {
  await page.locator('[id="grade/1"]').fill('3');
  await page.locator('[id="volume/1"]').fill('250');
  await page.keyboard.press('Tab');
  return extract(page);
});

/** What CQL makes of the Observation: `value.<path>`, and that with the operator and the number. */
async function inCql(observation, path, operator, number) {
  const patients = cqlfhir.PatientSource.FHIRv401();
  const entry = [{ resource: { resourceType: 'Patient', id: 'p' } }, { resource: { ...observation, id: 'o' } }];
  patients.loadBundles([{ resourceType: 'Bundle', type: 'collection', entry }]);
  const value = { type: 'Property', path: `value.${path}`, scope: 'O' };
  const literal = { type: 'Literal', valueType: '{urn:hl7-org:elm-types:r1}Decimal', value: String(number) };
  const expression = {
    type: 'Query',
    source: [{ alias: 'O', expression: { type: 'Retrieve', dataType: '{http://hl7.org/fhir}Observation' } }],
    return: { expression: { type: operator, operand: [value, literal] } },
  };
  const library = new cql.Library({
    library: {
      identifier: { id: 'Finding', version: '1' },
      usings: { def: [{ localIdentifier: 'FHIR', uri: 'http://hl7.org/fhir', version: '4.0.1' }] },
      statements: { def: [{ name: 'found', context: 'Patient', expression }] },
    },
  });
  const { patientResults } = await new cql.Executor(library).exec(patients);
  return patientResults['p'].found[0];
}

const answers = response.item.map(({ answer }) => answer[0].valueInteger ?? answer[0].valueQuantity.value);
const [grade, volume] = observations;
const seen = [
  ...answers,
  grade.valueInteger,
  volume.valueQuantity.value,
  await inCql(grade, 'value', 'Add', 1),
  await inCql(volume, 'value.value', 'GreaterOrEqual', 200),
];
console.log('the two answers; the two Observations; 3 + 1, 250 >= 200 in CQL');
console.log('by the specification: [3,250,3,250,4,true]');
settle(JSON.stringify(seen) === '[3,250,"3","250","31",null]', JSON.stringify(seen));
SCRIPT
node show.mjs
