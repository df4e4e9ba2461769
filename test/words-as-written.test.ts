import { describe, expect, it } from 'vitest';
import { theContent } from './support/content.ts';

/** Words as records write them, by what they may be of with the project's own words. */
const { knownCodes } = await theContent();
const setsOf = (type: string, text: string): string[] =>
  knownCodes.possible(type, text).map(({ valueSet }) => valueSet.replace(/^.*:/, ''));

const CAUDA = 'cauda-equina-conditions';
const SADDLE = 'saddle-sensation';
const RETENTION = 'urinary-retention-conditions';
const DROP = 'foot-drop-conditions';

describe('a diagnosis', () => {
  it.each([
    ['CAUDA_EQUINA_SYNDROME', CAUDA],
    ['Cauda\u2011equina\u2011syndrome', CAUDA],
    ['Cauda\u00A0equina compression', CAUDA],
    ['Cauda&nbsp;equina syndrome', CAUDA],
    ['Saddle&#160;anaesthesia', SADDLE],
    ['CaudaEquinaSyndrome', CAUDA],
    ['Cauda equine syndrome', CAUDA],
    ['Cauda compression L4/5', CAUDA],
    ['Dropfoot', DROP],
    ['Numbness of anus', SADDLE],
    ['Numbness around the anus', SADDLE],
    ['Numb bum', SADDLE],
    ['Dorsiflexor weakness grade 2', DROP],
    ['EHL 1/5', DROP],
    ['No power in right foot', DROP],
    ['Power 1/5 in left leg', DROP],
    ['Detrusor areflexia', RETENTION],
    ['Acute painless retention 900 ml', RETENTION],
    ['Has not been able to urinate', RETENTION],
    ['No urine passed since last night', RETENTION],
    ['Doubly incontinent', 'bladder-conditions'],
    ['Doubly incontinent', 'bowel-conditions'],
    ['Cannot control bowels', 'bowel-conditions'],
  ])('%j may be of %s', (text, set) => {
    expect(setsOf('Condition', text)).toContain(set);
  });

  it.each([
    'No_saddle_numbness',
    'NoSaddleNumbness',
    'No&nbsp;saddle numbness',
    'Sodium and water retention, acute',
    'Acute retention of placenta',
    'Denies cauda compression',
    'Plantar flexion 2/5, congenital',
    'Dorsiflexion 5/5',
    'Leg strength 5/5',
    'Leg pain 2/5',
  ])('%j is of none of these', (text) => {
    for (const set of [CAUDA, SADDLE, RETENTION, DROP]) {
      expect(setsOf('Condition', text)).not.toContain(set);
    }
  });
});

describe('a question', () => {
  it.each([
    ['Have you lost control of your bladder?', 'bladder-change'],
    ['Do you have trouble emptying your bladder?', 'bladder-change'],
    ['Trouble urinating', 'bladder-change'],
    ['Any new problems with your bladder?', 'bladder-change'],
    ['Bowel/bladder incontinence', 'bladder-change'],
    ['Bowel/bladder incontinence', 'bowel-change'],
    ['Numbness between your legs', SADDLE],
    ['Numbness around your back passage', SADDLE],
    ['Cauda equina red flags', CAUDA],
    ['RLE Motor Strength', 'leg-weakness'],
    ['RLE Motor Strength: 1 - Trace', DROP],
    ['R Foot Dorsiflexion: 0 - No movement', DROP],
  ])('%j may be of %s', (text, set) => {
    expect(setsOf('Observation', text)).toContain(set);
  });
});
