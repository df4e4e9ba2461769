#!/usr/bin/env bash
# lforms 40.1.3: of several units the first is chosen before anybody chose.
#
# SDC: `questionnaire-unitOption` lists the units to choose from; a unit that is there from the start
# is what `initial` or `questionnaire-unit` is for.
# (https://hl7.org/fhir/R4/extension-questionnaire-unitoption.html)
# Seen: a temperature in Celsius or Fahrenheit, with neither of these. Whoever types 101 and leaves the
# field has answered 101 Cel, with the UCUM code and no sign that nobody looked at the unit; with the
# options the other way round it is 101 [degF]. The order of a list decides what was measured.
# Here: with several units one has to be chosen, and a range for each catches the rest
# (docs/forms.md, "Measured values"; test/browser/form-fields.test.ts).
#
# Needs a Chromium: NERVEROOT_TEST_CHROMIUM, else /usr/bin/chromium.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund playwright-core@1.65.1
# What runs in a page is bundled: the packages that it was built from are not needed.
for package in lforms@40.1.3 zone.js@0.15.1; do
  npm pack --silent "$package" >/dev/null
  mkdir "${package%@*}"
  tar xzf "${package/@/-}.tgz" -C "${package%@*}" --strip-components=1
done
cat >show.mjs <<'SCRIPT'
import { readFileSync } from 'node:fs';
import { chromium } from 'playwright-core';

const { version } = JSON.parse(readFileSync('lforms/package.json', 'utf8'));
console.log(`lforms ${version}`);

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

async function answerOf(page) {
  await page.locator('[id="temperature/1"]').fill('101');
  await page.keyboard.press('Tab');
  const text = await page.evaluate(() => {
    const form = document.getElementById('form');
    return JSON.stringify(globalThis.LForms.Util.getFormFHIRData('QuestionnaireResponse', 'R4', form));
  });
  return JSON.parse(text).item[0].answer[0].valueQuantity;
}

function settle(isAsFound, seen) {
  console.log(`seen: ${seen}`);
  console.log(isAsFound ? 'As found.' : 'The behaviour has changed.');
  process.exit(isAsFound ? 0 : 1);
}

const inUnits = (...codes) => ({
  resourceType: 'Questionnaire',
  status: 'active',
  item: [
    {
      linkId: 'temperature',
      type: 'quantity',
      text: 'Temperature',
      extension: codes.map((code) => ({
        url: 'http://hl7.org/fhir/StructureDefinition/questionnaire-unitOption',
        valueCoding: { system: 'http://unitsofmeasure.org', code, display: code },
      })),
    },
  ],
});
const found = [];
for (const codes of [
  ['Cel', '[degF]'],
  ['[degF]', 'Cel'],
]) {
  const { value, code } = await withForm(inUnits(...codes), answerOf);
  found.push(`${value} ${code}`);
}
console.log('101 typed, no unit chosen: options Cel and [degF]; options [degF] and Cel');
console.log('to be expected: 101 and no unit, twice');
settle(found.join() === '101 Cel,101 [degF]', found.join(', '));
SCRIPT
node show.mjs
