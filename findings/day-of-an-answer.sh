#!/usr/bin/env bash
# lforms 40.1.3: a day that was answered is extracted as another day, in an element that is not there.
#
# FHIR R4: the value of an Observation is no `date`; a day goes into `valueDateTime`, as `2026-03-01`.
# (https://hl7.org/fhir/R4/observation-definitions.html#Observation.value_x_)
# Seen: in a browser in Tokyo, the answer 2026-03-01 is right in the QuestionnaireResponse. The
# Observation that is extracted from it, in the JSON that would be sent, has `valueDate` with
# `2026-02-28T15:00:00.000Z`: midnight there, told in UTC. A reader that knows R4 finds no value, and
# one that takes the first ten characters is a day early, for all who live east of Greenwich.
# Here: days come from the answer itself, and what was extracted without a value of the kind that was
# asked for does not take its place (src/reading/answers.ts, test/reading/answers.test.ts).
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

async function withForm(questionnaire, timezoneId, use) {
  const browser = await chromium.launch({
    executablePath: process.env.NERVEROOT_TEST_CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-dev-shm-usage'],
  });
  try {
    const page = await (await browser.newContext({ timezoneId })).newPage();
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
const questionnaire = {
  resourceType: 'Questionnaire',
  status: 'active',
  item: [
    {
      linkId: 'day',
      type: 'date',
      text: 'Day',
      code: [{ system: 'urn:example', code: 'day' }],
      extension: [EXTRACT],
      initial: [{ valueDate: '2026-03-01' }],
    },
  ],
};
const { response, observations } = await withForm(questionnaire, 'Asia/Tokyo', extract);
const answer = response.item[0].answer[0].valueDate;
const { valueDate, valueDateTime } = observations[0];
console.log('valueDate of the answer; valueDateTime and valueDate of the Observation');
console.log('by the specification: 2026-03-01; 2026-03-01 and undefined');
settle(
  answer === '2026-03-01' && valueDateTime === undefined && valueDate === '2026-02-28T15:00:00.000Z',
  `${answer}; ${valueDateTime} and ${valueDate}`,
);
SCRIPT
node show.mjs
