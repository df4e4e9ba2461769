import { describe, expect, it } from 'vitest';
import { theContent } from './support/content.ts';

/** What may be an emergency of the spine is found in the words of more languages than one, and so is its denial. */
const { knownCodes } = await theContent();
const setsOf = (type: string, text: string): string[] =>
  knownCodes.possible(type, text).map(({ valueSet }) => valueSet.replace(/^.*:/, ''));

const CAUDA = 'cauda-equina-conditions';
const SADDLE = 'saddle-sensation';
const RETENTION = 'urinary-retention-conditions';
const FOOT_DROP = 'foot-drop-conditions';
const INFECTION = 'spinal-or-bone-infection-conditions';

const EMERGENCIES: ReadonlySet<string> = new Set([CAUDA, SADDLE, RETENTION, FOOT_DROP, INFECTION]);

const SAID: readonly (readonly [language: string, text: string, set: string])[] = [
  ['Portuguese', 'Síndrome da cauda eqüina', CAUDA],
  ['Portuguese', 'Compressão medular metastática', CAUDA],
  ['Portuguese', 'Anestesia em sela', SADDLE],
  ['Portuguese', 'Retenção urinária aguda', RETENTION],
  ['Portuguese', 'Pé caído à direita', FOOT_DROP],
  ['Portuguese', 'Espondilodiscite L4-L5', INFECTION],
  ['Swedish', 'Cauda equina-syndrom', CAUDA],
  ['Swedish', 'Misstänkt ryggmärgskompression', CAUDA],
  ['Swedish', 'Akut urinretention', RETENTION],
  ['Swedish', 'Urinstämma', RETENTION],
  ['Swedish', 'Droppfot höger', FOOT_DROP],
  ['Norwegian', 'Hestehalesyndrom', CAUDA],
  ['Norwegian', 'Ryggmargskompresjon', CAUDA],
  ['Norwegian', 'Ridebukseanestesi', SADDLE],
  ['Norwegian', 'Urinretensjon siste døgn', RETENTION],
  ['Norwegian', 'Spondylodiskitt', INFECTION],
  ['Danish', 'Rygmarvskompression', CAUDA],
  ['Danish', 'Nyopstået dropfod', FOOT_DROP],
  ['Polish', 'Zespół ogona końskiego', CAUDA],
  ['Polish', 'Ucisk rdzenia kręgowego', CAUDA],
  ['Polish', 'Drętwienie krocza', SADDLE],
  ['Polish', 'Zatrzymanie moczu', RETENTION],
  ['Polish', 'Opadanie stopy lewej', FOOT_DROP],
  ['Polish', 'Ropień nadtwardówkowy', INFECTION],
  ['Dutch', 'Caudasyndroom', CAUDA],
  ['Dutch', 'Rijbroekanesthesie', SADDLE],
  ['Dutch', 'Urineretentie', RETENTION],
  ['Dutch', 'Klapvoet links', FOOT_DROP],
  ['Dutch', 'Epiduraal abces', INFECTION],
  ['Chinese', '马尾综合征', CAUDA],
  ['Chinese', '急性馬尾症候群', CAUDA],
  ['Chinese', '转移性脊髓压迫', CAUDA],
  ['Chinese', '患者出现会阴部麻木', SADDLE],
  ['Chinese', '会阴部（马鞍区）麻木', SADDLE],
  ['Chinese', '急性尿潴留', RETENTION],
  ['Chinese', '右侧足下垂', FOOT_DROP],
  ['Chinese', '脊柱硬膜外脓肿', INFECTION],
  ['Japanese', '馬尾症候群の疑い', CAUDA],
  ['Japanese', '会陰部のしびれ', SADDLE],
  ['Japanese', '急性尿閉', RETENTION],
  ['Japanese', '右下垂足', FOOT_DROP],
  ['Japanese', '化膿性脊椎炎', INFECTION],
  ['Chinese', '无发热，尿潴留', RETENTION],
  ['Japanese', '発熱なし、尿閉あり', RETENTION],
];

it.each(SAID)('a diagnosis in %s: %s', (_language, text, set) => {
  expect(setsOf('Condition', text)).toContain(set);
});

/** An infection stands as a finding under the question that asks for one. */
it.each(SAID)('a finding in %s: %s', (_language, text, set) => {
  const asked = set === INFECTION ? 'fever-or-infection-risk' : set;
  expect(setsOf('Observation', text)).toContain(asked);
});

describe('what is denied', () => {
  it.each([
    ['Portuguese', 'Sem síndrome da cauda equina'],
    ['Portuguese', 'Nega anestesia em sela'],
    ['Portuguese', 'Histórico familiar de espondilodiscite'],
    ['Swedish', 'Ingen urinretention'],
    ['Swedish', 'Cauda equina-syndrom uteslutet'],
    ['Swedish', 'Inte cauda equina-syndrom'],
    ['Norwegian', 'Ikke droppfot'],
    ['Norwegian', 'Uten urinretensjon'],
    ['Danish', 'Uden dropfod'],
    ['Polish', 'Bez zatrzymania moczu'],
    ['Polish', 'Brak opadania stopy'],
    ['Polish', 'Nie zatrzymanie moczu'],
    ['Dutch', 'Geen caudasyndroom'],
    ['Dutch', 'Geen urineretentie'],
    ['Chinese', '无马尾综合征'],
    ['Chinese', '否认会阴部麻木'],
    ['Chinese', '未见硬膜外脓肿'],
    ['Japanese', '尿閉なし'],
    ['Japanese', '馬尾症候群はない'],
  ])('in %s is none: %s', (_language, text) => {
    for (const type of ['Condition', 'Observation']) {
      expect(setsOf(type, text)).toEqual([]);
    }
  });
});

it.each(['高血压', '糖尿病', '足部溃疡', '尿路感染', '会阴部湿疹', '馬', '骨粗鬆症'])(
  '%s is of no emergency of the spine',
  (text) => {
    for (const type of ['Condition', 'Observation']) {
      expect(setsOf(type, text).filter((set) => EMERGENCIES.has(set))).toEqual([]);
    }
  },
);
