import { formatFault } from '../../src/content/fault.ts';
import { loadContent } from '../../src/content/load.ts';
import type { Content } from '../../src/content/content.ts';
import type { Compiler } from '../../src/content/cql-libraries.ts';
import { withFolder, type Files } from './folder.ts';

const REQUEST = `library Request version '1.0.0'
using FHIR version '4.0.1'
parameter NotLookedAt List<String>
parameter Hook String
parameter DraftOrders List<FHIR.DomainResource>
parameter SelectedOrders List<FHIR.DomainResource>
context Patient
`;

const LOOKED = `library Looked version '1.0.0'
using FHIR version '4.0.1'
include Request version '1.0.0'
context Patient
define function Known(found Boolean, sources List<String>):
  case
    when found is true then true
    when exists (sources S where S in Request.NotLookedAt) then null
    else found
  end
`;

const MINI = `library Mini version '1.0.0'
using FHIR version '4.0.1'
include FHIRHelpers version '4.0.1'
include Request version '1.0.0'
include Looked version '1.0.0'
codesystem "SNOMED": 'http://snomed.info/sct'
valueset "Cough": 'urn:mini:valueset:cough'
code "Fever code": '386661006' from "SNOMED" display 'Fever'
context Patient
define "In Scope": Patient.active.value
define "Coughs": [Condition: "Cough"]
define "Has Cough": Looked.Known(exists "Coughs", { 'Condition' })
define "Has Order": exists Request.SelectedOrders
define "Facts Used":
  "Coughs" C return Tuple {
    fact: C.code.text.value, date: date from C.recordedDate.value, source: 'Condition/' + C.id.value
  }
define "What Is Unknown": if "Has Cough" is null then { 'Whether there is a cough' } else List<System.String> { }
define "Urgency": if Count("Coughs") > 1 then 'critical' else 'info'
define "Orders":
  Request.SelectedOrders O where O is FHIR.ServiceRequest
    return Tuple {
      display: (O as FHIR.ServiceRequest).code.text.value,
      reference: 'ServiceRequest/' + O.id.value
    }
define "Number Of Coughs": Count("Coughs")
define "Today Is": Today()
`;

const COUGH_CARD = `rule: RX-01
title: Cough
library: Mini
show: Has Cough
indicator: { expression: Urgency }
summary: Coughs recorded - {{Number Of Coughs}}
detail: |
  Listen to the chest of {{patientId}}.
facts: Facts Used
unknown: What Is Unknown
guidance:
  text: A guideline (2021)
  strength: strong
source:
  label: A guideline
  url: https://example.org/guideline
suggestions:
  - label: Order a chest radiograph
    recommended: true
    action:
      type: create
      description: Create a draft order
      resource:
        resourceType: ServiceRequest
        status: draft
        intent: proposal
        code:
          coding:
            - { system: http://snomed.info/sct, code: "399208008", display: Chest X-ray }
        subject: { reference: "Patient/{{patientId}}" }
overrideReasons: [already-done]
`;

const ORDER_CARD = `rule: RX-02
title: Order
library: Mini
show: Has Order
forEach: Orders
indicator: warning
summary: "Think again: {{item.display}}"
detail: |
  Order {{item.display}}.
guidance:
  text: A guideline (2021)
  strength: weak
source:
  label: A guideline
  url: https://example.org/guideline
suggestions:
  - label: Remove the order
    action:
      type: delete
      description: "Remove {{item.display}}"
      resourceId: "{{item.reference}}"
`;

const NOT_CHECKED_CARD = `rule: NC-01
title: Not checked
indicator: warning
summary: Some rules could not be checked
detail: |
  Undecided: {{#undecided}}{{.}}; {{/undecided}} for want of {{#data}}{{.}}; {{/data}}
guidance:
  text: Data not looked at are not absent
  strength: by design
source:
  label: A guideline
  url: https://example.org/guideline
`;

const VIEW_SERVICE = `id: mini-view
hook: patient-view
title: Mini
description: Looks for a cough
gate: Mini.In Scope
required: [Patient]
cards: [RX-01]
notChecked: NC-01
`;

const ORDER_SERVICE = `id: mini-order
hook: order-select
title: Mini orders
description: Looks at orders
gate: Mini.In Scope
required: [Patient]
cards: [RX-02, RX-01]
notChecked: NC-01
`;

const COUGH_SET = `{
  "resourceType": "ValueSet",
  "url": "urn:mini:valueset:cough",
  "compose": {
    "include": [
      {
        "system": "http://snomed.info/sct",
        "concept": [{ "code": "49727002", "display": "Cough" }]
      }
    ]
  }
}
`;

/** The smallest content that has something of everything. */
export const MINI_CONTENT: Files = {
  'cql/Request.cql': REQUEST,
  'cql/Looked.cql': LOOKED,
  'cql/Mini.cql': MINI,
  'cql/terminology/codes.csv': `system,code,display,confidence
SNOMED CT,49727002,Cough,verified
SNOMED CT,386661006,Fever,verified
SNOMED CT,399208008,Chest X-ray,verified
`,
  'cql/valuesets/cough.json': COUGH_SET,
  'hooks/cards/NC-01.yaml': NOT_CHECKED_CARD,
  'hooks/cards/RX-01.yaml': COUGH_CARD,
  'hooks/cards/RX-02.yaml': ORDER_CARD,
  'hooks/override-reasons.yaml': `already-done:
  code: already-done
  system: urn:mini:reasons
  display: Already done
`,
  'hooks/services/mini-order.yaml': ORDER_SERVICE,
  'hooks/services/mini-view.yaml': VIEW_SERVICE,
};

/** One edit of a content file: `from`, which must be there, becomes `to`. */
export type Edit = readonly [file: string, from: string, to: string];

/** The mini content with edits, further files, and without the files given as undefined. */
export function miniContent(
  edits: readonly Edit[] = [],
  others: Readonly<Record<string, string | undefined>> = {},
): Files {
  const files: Record<string, string | undefined> = { ...MINI_CONTENT, ...others };
  for (const [file, from, to] of edits) {
    const text = files[file];
    if (!text?.includes(from)) throw new Error(`${file} does not hold: ${from}`);
    files[file] = text.replace(from, () => to);
  }
  return Object.fromEntries(
    Object.entries(files).flatMap(([file, text]) => (text === undefined ? [] : [[file, text]])),
  );
}

/** What the loader says of files, as `file:line:column: error: message`. */
export async function faultsOf(compiler: Compiler, files: Files): Promise<string[]> {
  const { faults } = await withFolder(files, (folder) => loadContent(folder, compiler));
  return faults.map(formatFault);
}

/** The content of files that have no faults; fails naming them otherwise. */
export async function contentOf(compiler: Compiler, files: Files = MINI_CONTENT): Promise<Content> {
  const { content, faults } = await withFolder(files, (folder) => loadContent(folder, compiler));
  if (!content) throw new Error(faults.map(formatFault).join('\n'));
  return content;
}

/** A condition of patient p1 that the mini content counts as a cough. */
export function aCough(id = 'c1', recordedDate = '2026-03-07') {
  return {
    resourceType: 'Condition',
    id,
    subject: { reference: 'Patient/p1' },
    code: { text: 'Cough', coding: [{ system: 'http://snomed.info/sct', code: '49727002' }] },
    recordedDate,
  };
}

/** A rule case over the mini content: a patient who coughs, and what is expected. */
export function aCoughCase(title: string, cards: string): string {
  return `title: ${title}
hook: patient-view
patient:
  - { resourceType: Patient, id: p1, active: true }
  - resourceType: Condition
    id: c1
    code: { text: Cough, coding: [{ system: http://snomed.info/sct, code: "49727002" }] }
    recordedDate: today - 3 days
expect:
  cards: ${cards}
`;
}
