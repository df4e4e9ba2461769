import { describe, expect, it } from 'vitest';
import { theContent } from './support/content.ts';

/** What negative words leave of a true sentence, with the project's own words. */
const { knownCodes } = await theContent();
const setsOf = (text: string): string[] =>
  knownCodes.possible('Condition', text).map(({ valueSet }) => valueSet.replace(/^.*:/, ''));
const ofFinding = (text: string): string[] =>
  knownCodes.possible('Observation', text).map(({ valueSet }) => valueSet.replace(/^.*:/, ''));

const CAUDA = 'cauda-equina-conditions';
const SADDLE = 'saddle-sensation';
const RETENTION = 'urinary-retention-conditions';

describe('a true sentence stands', () => {
  it.each([
    ['what cannot be excluded', 'Cauda equina syndrome cannot be excluded', CAUDA],
    ['what cannot safely be excluded', "Cauda equina can't be safely ruled out", CAUDA],
    ['what must be ruled out', 'Cauda equina syndrome must be ruled out', CAUDA],
    ['what is to be excluded', 'Cauda equina syndrome to be excluded', CAUDA],
    ['no improvement of it', 'No improvement of cauda equina syndrome', CAUDA],
    ['no recovery from it', 'No recovery of saddle numbness', SADDLE],
    ['no warning of it', 'Without warning developed saddle anaesthesia', SADDLE],
    ['no injury before it', 'Without any trauma developed saddle anaesthesia', SADDLE],
    ['another thing denied before a but', 'No fever but saddle numbness', SADDLE],
    ['another thing denied before a dash', 'No fever - saddle numbness', SADDLE],
    ['no doubt about it', 'No doubt cauda equina syndrome', CAUDA],
    ['a positive test', 'Test positive for cauda equina syndrome', CAUDA],
    ['a positive screening', 'Saddle anaesthesia screening positive', SADDLE],
    ['a positive screening before it', 'Positive screening for cauda equina', CAUDA],
    ['a high risk of it', 'High risk for cauda equina syndrome due to massive disc', CAUDA],
    ['a high risk of retention', 'High risk of urinary retention', RETENTION],
    ['a concern about it', 'Concern about cauda equina', CAUDA],
    ['a concern about numbness', 'Concern about saddle numbness', SADDLE],
    ['who tells', 'Mother reports saddle numbness', SADDLE],
    ['who told', 'Brother has noticed foot drop', 'foot-drop-conditions'],
    ['who drives', 'Father driving him to ED for cauda equina syndrome', CAUDA],
    ['who calls', 'Sister of patient phoned: urinary retention', RETENTION],
    ['a history since this morning', 'Hx: saddle numbness since this morning', SADDLE],
    ['a history of days', 'History of saddle numbness x 2 days', SADDLE],
    ['a history since yesterday', 'H/o urinary retention since yesterday', RETENTION],
    ['a history of hours', 'History of foot drop for 6 hours', 'foot-drop-conditions'],
    ['a history since a day of the week', 'Hx of saddle numbness since Tuesday', SADDLE],
    ['two things of which the first is denied', 'Denies fever, saddle numbness', SADDLE],
    ['a list that ends in what is there', 'Denies: fever, chills, has saddle numbness', SADDLE],
    ['a list that ends in days', 'No fever, chills, saddle numbness for 2 days', SADDLE],
    ['a list that ended', 'Denies: fever, chills. Saddle numbness', SADDLE],
    ['an exception', 'Red flags: none (but saddle numbness)', SADDLE],
    ['another exception', 'No symptoms other than saddle numbness', SADDLE],
    ['what is so now', 'Denies chest pain now has urinary retention', RETENTION],
    ['what is so now behind a sign', 'Denies back pain; now urinary retention', RETENTION],
    ['who does not deny', 'Does not deny saddle numbness', SADDLE],
    ['who has not denied', 'Has not denied saddle numbness', SADDLE],
    ['a double denial', 'Not without saddle numbness', SADDLE],
    ['what was not so until today', 'No saddle numbness until this morning', SADDLE],
    ['what is no longer possible', 'No longer able to void', RETENTION],
    ['what can no longer be done', 'Can no longer lift his left foot', 'foot-drop-conditions'],
    ['what cannot be done', 'Unable to lift left foot', 'foot-drop-conditions'],
    ['legs that no longer carry', 'No longer able to walk', 'leg-weakness-conditions'],
    ['what is not felt', 'No feeling when wiping', SADDLE],
    ['the urge that is gone', 'No urge to urinate', RETENTION],
    ['the tone that is gone', 'No anal tone', 'saddle-sphincter-symptoms'],
    ['the tone that is absent', 'Absent anal tone', 'saddle-sphincter-symptoms'],
    ['the sensation that is negative', 'Perianal sensation: negative', SADDLE],
    ['what is not excluded in German', 'Kaudasyndrom nicht ausgeschlossen', CAUDA],
    ['what is to be excluded in German', 'Zum Ausschluss Kaudasyndrom', CAUDA],
    ['what is not excluded in Dutch', 'Caudasyndroom niet uitgesloten', CAUDA],
    ['what is not excluded in French', 'Syndrome de la queue de cheval pas exclu', CAUDA],
  ])('beside %s: %j', (_beside, text, set) => {
    expect(setsOf(text)).toContain(set);
  });
});

it('an abbreviation of two meanings is of the one that stands beside it', () => {
  expect(setsOf('Cardioembolic stroke (CES)')).not.toContain(CAUDA);
  expect(setsOf('Stroke 2015, now CES')).toContain(CAUDA);
});

describe('a finding stands, or is denied, as a diagnosis is', () => {
  it.each([
    ['No anal tone', 'anal-tone-reduced'],
    ['Does not deny saddle numbness', SADDLE],
    ['No longer able to void', RETENTION],
    ['Can no longer walk', 'leg-weakness'],
    ['Kaudasyndrom kann nicht ausgeschlossen werden', CAUDA],
  ])('%j may be of %s', (text, set) => expect(ofFinding(text)).toContain(set));

  it.each([
    'Foot drop: negative',
    'No loss of anal tone',
    'Caudasyndroom uitgesloten',
    'Leaflet about cauda equina',
    'Keine Reithosenanästhesie',
  ])('%j is of nothing', (text) => expect(ofFinding(text)).toEqual([]));
});

describe('what is denied stays denied', () => {
  it.each([
    'Denies: numbness, weakness, incontinence',
    'Denies: saddle numbness, leg weakness, urinary incontinence',
    'Denies saddle anesthesia, urinary retention or foot drop',
    'Negative for: saddle anesthesia, urinary retention',
    'Patient denies back pain, saddle numbness, urinary retention',
    'Red flags: none (saddle anesthesia, urinary retention, foot drop)',
    'No evidence of cauda equina syndrome',
    'Cauda equina syndrome excluded',
    'Cauda equina syndrome has been ruled out by MRI',
    'No saddle numbness',
    'Denies saddle numbness or urinary retention',
    'No change in saddle sensation',
    'No reports of saddle numbness',
    'Has not noticed saddle numbness',
    'Has not suddenly developed foot drop',
    'No new or worsening foot drop',
    'No longer has saddle numbness',
    'Screening for urinary retention',
    'Cauda equina screening: not positive',
    'False positive screening for cauda equina',
    'At risk for urinary retention',
    'Risk of cauda equina syndrome explained',
    'Mother had cauda equina syndrome',
    'Mother with foot drop',
    'Foot drop in father',
    'Family history positive for foot drop',
    'Sister: cauda equina syndrome',
    'History of foot drop',
    'Hx of saddle numbness 2015',
    'H/o urinary retention since childhood',
    'Worried about cauda equina',
    'Not driving until foot drop resolved',
    'Denies any saddle numbness now',
    'Not now incontinent of urine',
    'No loss of anal tone',
    'No anal tone abnormality',
    'No longer able to walk long distances',
    'Cauda equina: negative',
    'Saddle anaesthesia - negative',
    'Urinary retention: neg',
    'Foot drop: normal',
    'Leaflet given about cauda equina',
    'Safety net advice given: cauda equina',
    'Cauda equina symptoms discussed',
    'Cauda equina ausgeschlossen',
    'Cauda equina uitgesloten',
    'Cauda equina exclu',
    'Cauda equina descartada',
    'Cauda equina esclusa',
    'Cauda equina negativ',
    'Ausschluss eines Kaudasyndroms',
    "Pas d'anesthésie en selle",
    'Kein Hinweis auf Metastasen',
    'Perianal surgery under spinal anaesthesia',
    'Numbness of hand after saddle ride',
    'CES of the right eye',
    'Cataract extraction surgery (CES)',
    'Carotid endarterectomy (CES)',
    'Tumour removed 2001',
  ])('%j is of nothing', (text) => {
    expect(setsOf(text)).toEqual([]);
  });

  it.each([
    'High risk of breast cancer',
    'Concern about skin cancer without diagnosis',
    'Family history positive for breast cancer',
    'Mother tested for breast cancer',
  ])('%j is of no cancer', (text) => {
    expect(setsOf(text)).toEqual([]);
  });
});
