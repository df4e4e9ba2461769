import { describe, expect, it } from 'vitest';
import { theContent } from './support/content.ts';

/** What the project's own words take a text for: the names of the value sets, in the table's order. */
const { knownCodes } = await theContent();
const setsOf = (type: string, text: string): string[] =>
  knownCodes.possible(type, text).map(({ valueSet }) => valueSet.replace(/^.*:/, ''));

describe('conditions', () => {
  it.each([
    ['CES', 'cauda-equina-conditions'],
    ['Spinal epidural haematoma', 'spinal-bleed-conditions'],
    ['Bacterial meningitis', 'meningism'],
    ['Surgical site infection', 'wound-discharge'],
    ['Cauda equina syndrome with neurogenic bladder', 'cauda-equina-conditions'],
    ['r/o cauda equina', 'cauda-equina-conditions'],
    ['Numbness in saddle area', 'saddle-sensation'],
    ['Perianal hypoaesthesia', 'saddle-sensation'],
    ['Saddle anesthesia', 'saddle-sensation'],
    ['Retention of urine, unspecified', 'bladder-conditions'],
    ['Acute urinary retention', 'bladder-conditions'],
    ['Neurogenic bladder', 'bladder-conditions'],
    ['Urinary incontinence', 'bladder-conditions'],
    ['Unable to pass urine', 'bladder-conditions'],
    ['Faecal incontinence', 'bowel-conditions'],
    ['Incontinence of feces', 'bowel-conditions'],
    ['Neurogenic bowel, not elsewhere classified', 'bowel-conditions'],
    ['Foot drop, left foot', 'foot-drop-conditions'],
    ['Weakness of left leg', 'leg-weakness-conditions'],
    ['Drop foot', 'leg-weakness-conditions'],
    ['Radiculopathy, lumbar region', 'radicular-conditions'],
    ['L5 nerve root compression', 'radicular-conditions'],
    ['Sciatica, right side', 'radicular-conditions'],
    ['Lumbago without sciatica', 'population-conditions'],
    ['LBP', 'population-conditions'],
    ['Slipped disc', 'population-conditions'],
    ['Spinal stenosis, lumbar region without neurogenic claudication', 'disc-or-stenosis'],
    ['Prolapsed lumbar intervertebral disc', 'disc-or-stenosis'],
    ['Wedge compression fracture of first lumbar vertebra', 'trauma-conditions'],
    ['Malignant neoplasm of prostate', 'cancer-conditions'],
    ['Adenocarcinoma of prostate', 'cancer-conditions'],
    ['Multiple myeloma not having achieved remission', 'cancer-conditions'],
    ['Acute myeloid leukaemia, not having achieved remission', 'cancer-conditions'],
    ['Non-small cell lung cancer (disorder)', 'cancer-conditions'],
    ['Breast Ca, 2015', 'cancer-conditions'],
    ['Glioblastoma multiforme', 'cancer-conditions'],
    ['High risk neuroblastoma', 'cancer-conditions'],
    ['Malignant melanoma of skin', 'cancer-conditions'],
    ['Personal history of malignant neoplasm of breast', 'cancer-conditions'],
    ['Lung cancer and essential hypertension', 'cancer-conditions'],
    ['Renal cell carcinoma', 'bone-seeking-cancer-conditions'],
    ['Metastasis to bone', 'bone-seeking-cancer-conditions'],
    ['Spondylodiscitis L4/5', 'spinal-or-bone-infection-conditions'],
    ['Osteomyelitis of vertebra, lumbar region', 'infection-conditions'],
    ['Staphylococcus aureus bacteraemia', 'bloodstream-infection-conditions'],
    ['Sepsis, unspecified organism', 'infection-conditions'],
    ['IVDU', 'injection-drug-use-conditions'],
    ['Fever, unspecified', 'fever-conditions'],
    ['Pyrexia of unknown origin', 'fever-conditions'],
    ['Long term (current) use of anticoagulants', 'anticoagulant-conditions'],
    ['On warfarin for AF', 'anticoagulant-conditions'],
    ['Haemophilia A', 'anticoagulant-conditions'],
    ['Long term (current) use of systemic steroids', 'steroid-conditions'],
    ['Age-related osteoporosis without current pathological fracture', 'osteoporosis-conditions'],
    ['AIDS', 'lasting-immunosuppression'],
    ['Kidney transplant status', 'immunosuppression-conditions'],
    ['HIV disease', 'lasting-immunosuppression'],
    ['ESRD', 'immunosuppression-conditions'],
    ['Failed back surgery syndrome', 'postlaminectomy-conditions'],
    ['Lumbar spinal fusion hardware', 'spinal-hardware-conditions'],
    ['Compression of the spinal cord', 'cauda-equina-conditions'],
    ['MSCC', 'cauda-equina-conditions'],
    ['Spinal cord compression', 'cauda-equina-conditions'],
    ['Loss of bladder and bowel control', 'bladder-conditions'],
    ['Loss of bladder and bowel control', 'bowel-conditions'],
    ['Loss of bladder and bowel control', 'saddle-sphincter-symptoms'],
    ['Lost control of the bladder', 'bladder-conditions'],
    ['Unable to pee', 'urinary-retention-conditions'],
    ["Can't pass urine", 'urinary-retention-conditions'],
    ['Acute urinary retention', 'urinary-retention-conditions'],
    ['Double incontinence', 'bowel-conditions'],
    ['Urinary retention, not resolved', 'urinary-retention-conditions'],
    ['Saddle numbness, anal tone normal', 'saddle-sensation'],
    ['Compression fracture of L1', 'trauma-conditions'],
    ['Fracture of L2', 'trauma-conditions'],
    ['Burst fracture of T12', 'trauma-conditions'],
    ['Wedge compression fracture of L3', 'trauma-conditions'],
    ['Crush fracture L4', 'trauma-conditions'],
    ['L1-L3 fractures', 'trauma-conditions'],
    ['Pathological fracture', 'trauma-conditions'],
    ['Fragility fracture', 'trauma-conditions'],
    ['Fragility fracture', 'osteoporosis-conditions'],
    ['Vertebral compression deformity', 'trauma-conditions'],
    ['72 year old with fracture of L2', 'trauma-conditions'],
    ['Road traffic accident', 'trauma-conditions'],
    ['MVA', 'trauma-conditions'],
    ['Fall down stairs', 'fall-conditions'],
    ['Fell off ladder', 'fall-conditions'],
    ['Spinal tumour', 'cancer-conditions'],
    ['Tumor of vertebra', 'bone-seeking-cancer-conditions'],
    ['Secondary tumor of bone', 'bone-seeking-cancer-conditions'],
    ['Secondary neoplasm of vertebral column', 'bone-seeking-cancer-conditions'],
    ['Brain tumor', 'cancer-conditions'],
    ['Renal cell CA', 'bone-seeking-cancer-conditions'],
    ['GIST', 'cancer-conditions'],
    ['CLL', 'cancer-conditions'],
    ['MSCC', 'cancer-conditions'],
    ['FUO', 'fever-conditions'],
    ['Heroin user, injects', 'injection-drug-use-conditions'],
    ['Injects drugs', 'infection-conditions'],
    ['Spinal tuberculosis', 'spinal-or-bone-infection-conditions'],
    ['Infection of disc space', 'infection-conditions'],
    ['MRSA sepsis', 'staphylococcal-sepsis-conditions'],
    ['On Coumadin', 'anticoagulant-conditions'],
    ['Takes a blood thinner', 'anticoagulant-conditions'],
    ['On prednisolone', 'steroid-conditions'],
    ['Weakened immune system', 'immunosuppression-conditions'],
    ['Unintentional weight loss', 'weight-loss-conditions'],
    ['Night pain', 'night-pain-conditions'],
    ['Unsteady gait', 'gait-conditions'],
    ['No family history of note, breast cancer', 'cancer-conditions'],
    ['CESR', 'cauda-equina-conditions'],
    ['?CESI', 'cauda-equina-conditions'],
    ['CES-I', 'cauda-equina-conditions'],
    ['Numb bottom', 'saddle-sensation'],
    ['Tingling between the legs', 'saddle-sensation'],
    ['No perianal sensation', 'saddle-sensation'],
    ['Absence of saddle sensation', 'saddle-sensation'],
    ['Loss of anal tone', 'saddle-sphincter-symptoms'],
    ['No anal tone', 'saddle-sphincter-symptoms'],
    ['Acute on chronic urinary retention', 'urinary-retention-conditions'],
    ['Chronic urinary retention due to BPH', 'bladder-conditions'],
    ['Unable to lift foot', 'foot-drop-conditions'],
    ["Can't lift the left foot", 'leg-weakness-conditions'],
    ['Steppage gait', 'foot-drop-conditions'],
    ['EHL weakness', 'leg-weakness-conditions'],
    ['Weak ankle dorsiflexion', 'leg-weakness-conditions'],
    ['Reduced power in left leg', 'leg-weakness-conditions'],
    ['L5 weakness', 'leg-weakness-conditions'],
    ["Ewing's", 'bone-seeking-cancer-conditions'],
    ["Pott's disease", 'spinal-or-bone-infection-conditions'],
    ['Pott disease', 'infection-conditions'],
    ['Compression # L1', 'trauma-conditions'],
    ['L1 #', 'trauma-conditions'],
  ])('%j may be of %s', (text, valueSet) => {
    expect(setsOf('Condition', text)).toContain(valueSet);
  });

  it.each([
    'Prediabetes',
    'Family history of cancer',
    'Mother had breast cancer',
    'Malignant hypertension',
    'Hypertension, malignant',
    'Malignant hyperthermia due to anesthesia',
    'Neuroleptic malignant syndrome',
    'Cancer screening',
    'Encounter for screening for malignant neoplasm of colon',
    'Cancer ruled out',
    'No evidence of residual lung cancer',
    'Fear of cancer',
    'At risk of osteoporosis',
    'Cancer risk',
    'Basal cell carcinoma of skin',
    'Carcinoma in situ of cervix uteri',
    'Nonmalignant breast lump',
    'No back pain',
    'Denies fever',
    'Saddle embolus of pulmonary artery',
    'Cervical radiculopathy',
    'Neck pain',
    'Carpal tunnel syndrome',
    'Stress incontinence (female)',
    'Genital herpes simplex',
    'Cerebral palsy with leg weakness',
    'Hay fever',
    'Rheumatic fever',
    'Aseptic meningitis',
    'Neonatal sepsis',
    'Lupus anticoagulant positive',
    'Inhaled steroid long term',
    'Corneal transplant',
    'Awaiting transplantation of kidney (situation)',
    'Kidney donor',
    'Urticaria (hives)',
    'Hearing aids',
    'Morse Fall Scale',
    'Essential hypertension',
    'Risk of falls',
    'Access to healthcare limited',
    'Immunization advice for fever',
    'Old fracture of vertebra, healed',
    'Fracture of L2: old',
    'Urinary retention resolved',
    'Urinary retention: denies',
    'Foot drop - resolved',
    'Congenital foot drop',
    'Saddle sensation normal',
    'Crush fracture of finger',
    'Pathological fracture of hip',
    'Renal tubular acidosis (RTA)',
    'Fall risk',
    'Fallen arches',
    'Seasonal allergies in the fall',
    'Intentional weight loss',
    'Benign tumor of breast',
    'Elevated tumor marker',
    'Umbilical cord compression',
    'Warfarin allergy',
    'Rest pain due to peripheral arterial disease',
    'Cauda equina safety-netting advice given',
    'Safety netting for cauda equina syndrome',
    'CES-D score raised',
    'Numbness of the bottom of the left foot',
    'No saddle sensation loss',
    'Fever blister',
    'Anxiety about cancer',
    'Cancer phobia',
    'Problem #1 neck pain',
    'Pott fracture of ankle',
    "Pott's puffy tumor",
  ])('%j is of nothing', (text) => {
    expect(setsOf('Condition', text)).toEqual([]);
  });

  it('takes a denied word for nothing, and what stands beside it for what it is', () => {
    expect(setsOf('Condition', 'Spondylosis without myelopathy or radiculopathy, lumbar')).toEqual(
      [],
    );
    expect(setsOf('Condition', 'Lumbago without sciatica')).toEqual([
      'population-conditions',
      'back-or-leg-pain',
    ]);
    expect(setsOf('Condition', 'Back pain, no fever')).not.toContain('fever-conditions');
  });
});

it.each([
  'Chronic urinary retention due to BPH',
  'Urinary retention secondary to prostatic hyperplasia',
])('takes %j for no retention that may be of the spine alone', (text) => {
  expect(setsOf('Condition', text)).toEqual(['bladder-conditions']);
});

it.each(['Mixed urinary incontinence', 'Hesitancy of micturition', 'Urinary incontinence'])(
  'takes %j for a change of the bladder, and not for retention',
  (text) => expect(setsOf('Condition', text)).toEqual(['bladder-conditions']),
);

describe('medicines', () => {
  it.each([
    ['apixaban 5 MG Oral Tablet [Eliquis]', ['factor-xa-inhibitor', 'anticoagulant']],
    ['Eliquis 5 mg', ['factor-xa-inhibitor', 'anticoagulant']],
    ['warfarin sodium 5 MG Oral Tablet [Coumadin]', ['warfarin', 'anticoagulant']],
    [
      '0.4 ML enoxaparin sodium 100 MG/ML Prefilled Syringe',
      ['low-molecular-heparin', 'anticoagulant'],
    ],
    ['heparin sodium, porcine 5000 UNT/ML Injectable Solution', ['heparin', 'anticoagulant']],
    ['Low-molecular-weight heparin', ['low-molecular-heparin', 'anticoagulant']],
    ['Pradaxa', ['dabigatran', 'anticoagulant']],
    [
      '0.5 ML fondaparinux sodium 5 MG/ML Prefilled Syringe [Arixtra]',
      ['fondaparinux', 'anticoagulant'],
    ],
    ['phenprocoumon 3 MG Oral Tablet', ['anticoagulant']],
    ['aspirin 81 MG / clopidogrel 75 MG Oral Tablet', ['clopidogrel', 'aspirin']],
    [
      'aspirin 25 MG / dipyridamole 200 MG Extended Release Oral Capsule [Aggrenox]',
      ['other-antithrombotic', 'aspirin'],
    ],
    ['ASA 81 mg daily', ['aspirin']],
    ['acetylsalicylic acid 100 mg', ['aspirin']],
    ['ticagrelor 90 MG Oral Tablet [Brilinta]', ['ticagrelor']],
    ['prasugrel 10 MG Oral Tablet [Effient]', ['prasugrel']],
    ['cilostazol 100 MG Oral Tablet', ['other-antithrombotic']],
  ])('%j may be of %j', (text, sets) => {
    const expected = sets.map((name) => `${name}-medicines`);
    expect(setsOf('MedicationRequest', text)).toEqual(expected);
    expect(setsOf('MedicationStatement', text)).toEqual(expected);
  });

  it.each([
    'Mesalamine (5-ASA) 1.2 g',
    'heparin lock flush 100 UNT/ML',
    'Heparinoid 0.3 % cream',
    'heparin sodium topical gel',
    'Aspirin allergy card',
    'acetaminophen 325 MG Oral Tablet',
    'ibuprofen 600 MG Oral Tablet',
    'Not on warfarin',
    'nasal spray',
  ])('%j is of nothing', (text) => {
    expect(setsOf('MedicationRequest', text)).toEqual([]);
  });
});

describe('observations', () => {
  it.each([
    ['Post-void residual', 'post-void-residual'],
    ['Sudden onset severe low back pain', 'sudden-severe-pain'],
    ['Wound discharge', 'wound-discharge'],
    ['Postural headache', 'postural-headache'],
    ['Neck stiffness', 'meningism'],
    ['PVR', 'post-void-residual'],
    ['Bladder scan volume', 'post-void-residual'],
    ['Reduced anal tone', 'anal-tone-reduced'],
    ['Urinary retention', 'bladder-change'],
    ['Saddle numbness', 'saddle-sensation'],
    ['Left foot drop', 'leg-weakness'],
    ['Tympanic membrane temperature', 'body-temperature'],
    ['ESR', 'esr'],
    ['C-reactive protein', 'crp'],
    ['Cauda equina syndrome', 'cauda-equina-conditions'],
    ['Spinal cord compression', 'cauda-equina-conditions'],
    ['Foot drop', 'foot-drop-conditions'],
    ['Foot drop', 'leg-weakness'],
    ['Ankle dorsiflexion strength', 'leg-weakness'],
    ['Perianal tingling', 'saddle-sensation'],
    ['Saddle sensation absent', 'saddle-sensation'],
    ['Saddle sensation not normal', 'saddle-sensation'],
    ['Abnormal saddle sensation', 'saddle-sensation'],
    ['Anal tone absent', 'anal-tone-reduced'],
    ['Sphincter disturbance, new', 'saddle-sphincter-symptoms'],
    ['Unable to pee', 'bladder-change'],
    ['Loss of bowel control', 'bowel-change'],
    ['Erectile dysfunction', 'sexual-function-change'],
    ['Fever', 'fever-or-infection-risk'],
    ['IV drug use', 'fever-or-infection-risk'],
    ['Injects heroin', 'fever-or-infection-risk'],
    ['History of cancer', 'cancer-history'],
    ['Brain tumour', 'cancer-history'],
    ['Osteoporosis', 'osteoporosis'],
    ['On anticoagulant', 'anticoagulant-use'],
    ['Takes Eliquis', 'anticoagulant-use'],
    ['Immunosuppressed', 'immunosuppression'],
    ['Weight loss', 'weight-loss'],
    ['Unintentional weight loss', 'weight-loss'],
    ['Recent fall', 'recent-trauma'],
    ['Recent fall', 'minor-trauma'],
    ['MVA', 'high-energy-trauma'],
    ['Fracture on X-ray', 'recent-trauma'],
    ['Long-term steroids', 'long-term-steroid'],
    ['Spinous process tenderness', 'midline-tenderness'],
    ['Night pain', 'night-pain'],
    ['Unsteady gait', 'gait-change'],
    ['Band-like pain', 'band-like-pain'],
    ['Previous back surgery', 'prior-lumbar-surgery'],
    ['Recent lumbar puncture', 'spine-procedure'],
    ['Low back pain', 'back-pain'],
    ['Sciatica', 'leg-pain'],
    ['CESR', 'cauda-equina-conditions'],
    ['Numb bottom', 'saddle-sensation'],
    ['Unable to lift foot', 'foot-drop-conditions'],
    ['EHL weak', 'leg-weakness'],
    ['Urinary retention', 'urinary-retention-conditions'],
    ['Unable to pass urine', 'urinary-retention-conditions'],
    ["Ewing's", 'cancer-history'],
    ['Pott disease', 'fever-or-infection-risk'],
    ['Compression # of L1', 'recent-trauma'],
  ])('%j may be of %s', (text, valueSet) => {
    expect(setsOf('Observation', text)).toContain(valueSet);
  });

  it.each([
    'Standard pregnancy test',
    'Morse Fall Scale',
    'Pulmonary vascular resistance (PVR)',
    'Room temperature',
    'Estrogen receptor ESR1',
    'No urinary retention',
    'Glucose [Presence] in Urine by Test strip',
    'STarT Back Screening Tool',
    'Total cancer panel',
    'Saddle sensation: normal',
    'Perianal sensation: Normal',
    'Normal saddle sensation',
    'Anal tone: normal',
    'Normal anal tone',
    'Urinary retention: denies',
    'Urinary retention resolved',
    'Foot drop: no',
    'Congenital foot drop',
    'Falls risk',
    'Fall risk assessment',
    'Cancer Ag 125 [Units/volume] in Serum or Plasma',
    'Tumor marker Cancer',
    'Rheumatic fever antibody titre',
    'Hip fracture',
    'Weight loss goal',
    'CES-D total',
    'Cauda equina advice given',
    'Erectile function domain',
    'Barthel index, bowel control',
    'Left leg weakness after stroke',
    'Fever blister',
    'Polyp size greatest dimension by CAP cancer protocols',
    'Warfarin allergy',
  ])('%j is of nothing', (text) => {
    expect(setsOf('Observation', text)).toEqual([]);
  });
});

describe('orders, reports and procedures', () => {
  it.each([
    ['MRI L-spine wo contrast', ['lumbar-imaging', 'lumbar-mri', 'lumbar-mri-or-ct']],
    ['MR Lumbar spine WO contrast', ['lumbar-imaging', 'lumbar-mri', 'lumbar-mri-or-ct']],
    ['CT of lumbosacral spine', ['lumbar-imaging', 'lumbar-mri-or-ct']],
    ['XR lumbar spine 2-3 views', ['lumbar-imaging']],
    ['X-ray lower back', ['lumbar-imaging']],
    ['MRI whole spine', ['lumbar-imaging', 'lumbar-mri', 'lumbar-mri-or-ct']],
  ])('%j may be of %j', (text, sets) => {
    expect(setsOf('ServiceRequest', text)).toEqual(sets);
    expect(setsOf('DiagnosticReport', text)).toEqual(sets);
  });

  it.each([
    ['ServiceRequest', 'Lumbar puncture'],
    ['ServiceRequest', 'MRI cervical spine'],
    ['ServiceRequest', 'DXA bone density lumbar spine imaging'],
    ['ServiceRequest', 'CT-guided biopsy of lumbar vertebra'],
    ['ServiceRequest', 'Epidural block for labour'],
    ['ServiceRequest', 'ESR'],
    ['Procedure', 'Depression screening using the PHQ-9'],
    ['Procedure', 'Cervical laminectomy'],
    ['Procedure', 'Education about epidural'],
    ['DiagnosticReport', 'Lumbar puncture report'],
  ])('%s %j is of nothing', (type, text) => {
    expect(setsOf(type, text)).toEqual([]);
  });

  it.each([
    [
      'ServiceRequest',
      'L4-5 transforaminal epidural steroid injection',
      'epidural-injection-order',
    ],
    ['ServiceRequest', 'TFESI right L5', 'epidural-injection-order'],
    ['Procedure', 'L4/5 microdiscectomy', 'lumbar-surgery-procedures'],
    ['Procedure', 'Lumbar discectomy', 'lumbar-surgery-procedures'],
    ['Procedure', 'Spinal fusion', 'lumbar-surgery-procedures'],
    ['Procedure', 'Laminectomy L4/5', 'lumbar-surgery-procedures'],
    ['Procedure', 'Lumbar decompression and fusion', 'lumbar-surgery-procedures'],
    ['Procedure', 'Lumbar puncture', 'spinal-procedures'],
    ['Procedure', 'Facet joint injection', 'spinal-procedures'],
  ])('%s %j may be of %s', (type, text, valueSet) => {
    expect(setsOf(type, text)).toContain(valueSet);
  });
});

it('takes incontinence that was asked about for no retention', () => {
  expect(setsOf('Observation', 'Urinary incontinence')).toEqual(['bladder-change']);
});

it('finds nothing where there are no words', () => {
  expect(setsOf('Condition', '')).toEqual([]);
});
