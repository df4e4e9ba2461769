import { basename } from 'node:path';
import type { Coding } from '../engine/codes.ts';
import { type Program } from '../engine/program.ts';
import { allRetrieves } from '../elm/references.ts';
import {
  aboutNumbers,
  type Question,
  type Questionnaire,
  type QuestionnaireItem,
} from '../reading/questionnaire.ts';
import { objectionsToConditions } from './check-conditions.ts';
import { objectionsToNumbers } from './check-numbers.ts';
import type { ContentFault } from './fault.ts';
import { objectionsToLimits, withLimits, type RangesOf } from './number-limits.ts';
import type { ContentFile } from './read-files.ts';
import { questionnaireFile } from './fhir-schema.ts';
import type { VerifiedCodes } from './terminology.ts';
import { readYaml, type YamlPath } from './yaml-file.ts';

/** What a questionnaire is checked against. */
export interface QuestionnaireWorld {
  readonly program: Program;
  /** Libraries with errors, which have been reported: what they read is not known. */
  readonly brokenLibraries: ReadonlySet<string>;
  readonly verified: VerifiedCodes;
  /** From which questions about numbers take what they accept. */
  readonly rangesOf: RangesOf;
  readonly faults: ContentFault[];
}

/** On a group or a question: where on the body it asks. */
const BODY_SITE_EXTENSION = 'urn:nerveroot:extension:body-site';
const URL_START = 'urn:nerveroot:questionnaire:';

/** Reads and checks the questionnaires; every fault is pushed, and a faulty one is left out. */
export function loadQuestionnaires(
  files: readonly ContentFile[],
  world: QuestionnaireWorld,
): Questionnaire[] {
  const isRead = world.brokenLibraries.size > 0 ? () => true : readByRules(world.program);
  return files.flatMap((file) => loadQuestionnaire(file, world, isRead) ?? []);
}

function loadQuestionnaire(
  { file, text }: ContentFile,
  { verified, rangesOf, faults }: QuestionnaireWorld,
  isRead: (code: Coding) => boolean,
): Questionnaire | undefined {
  const faultsBefore = faults.length;
  const read = readYaml(file, text, questionnaireFile);
  faults.push(...read.faults);
  if (read.value === undefined) return undefined;
  const { value, yaml } = read;
  const fault = (path: YamlPath, message: string | undefined): void => {
    if (message !== undefined) faults.push(yaml.fault(path, message));
  };
  const name = basename(file, '.json');
  const url = URL_START + name;
  if (value.url !== url) fault(['url'], `The URL must be ${url}, as the file is called`);
  const found = findItems(value.item, ['item']);
  const linkIds = found.map(({ item }) => item.linkId);
  for (const [i, { item, path }] of found.entries()) {
    const isTwice = linkIds.indexOf(item.linkId) !== i;
    fault([...path, 'linkId'], isTwice ? `linkId ${item.linkId} stands twice` : undefined);
    for (const { at, coding } of codingsOf(item)) {
      fault([...path, ...at], verified.objection(coding));
    }
    const before = found.slice(0, i).map((one) => one.item);
    for (const { at, message } of [
      ...objectionsToNumbers(item),
      ...objectionsToLimits(item, rangesOf),
      ...objectionsToConditions(item, before),
    ]) {
      fault([...path, ...at], message);
    }
    const idle = item.code?.find((code) => !isRead(code));
    fault([...path, 'code', 0, 'code'], idle && nobodyReads(idle));
  }
  if (faults.length > faultsBefore) return undefined;
  const resource = { ...value, item: withLimits(value.item, rangesOf) };
  return { name, url, title: value.title, questions: found.flatMap(questionOf), resource };
}

function nobodyReads({ code }: Coding): string {
  return `No rule reads ${code}: it is in no value set that the CQL asks Observations for`;
}

function questionOf({ item: { linkId, text, code = [] }, bodySite }: PlacedItem): Question[] {
  return code.map((coding) => ({ linkId, text, code: coding, bodySite }));
}

/** Every coding that an item names itself, with its place; units are no codes of the list. */
function codingsOf({ code = [], answerOption = [], extension = [] }: QuestionnaireItem) {
  return [
    ...code.map((coding, i) => ({ at: ['code', i, 'code'], coding })),
    ...answerOption.map(({ valueCoding: coding }, i) => ({
      at: ['answerOption', i, 'valueCoding', 'code'],
      coding,
    })),
    ...extension.flatMap((one, i) =>
      one.valueCoding && aboutNumbers(one)?.says !== 'unit'
        ? [{ at: ['extension', i, 'valueCoding', 'code'], coding: one.valueCoding }]
        : [],
    ),
  ];
}

interface PlacedItem {
  readonly item: QuestionnaireItem;
  readonly path: YamlPath;
  readonly bodySite: Question['bodySite'];
}

/** Every item with its place, and the body site that it or a group around it names. */
function findItems(
  items: readonly QuestionnaireItem[],
  path: YamlPath,
  around?: Question['bodySite'],
): PlacedItem[] {
  return items.flatMap((item, i) => {
    const own = item.extension?.find(({ url }) => url === BODY_SITE_EXTENSION)?.valueCoding;
    const bodySite = own ?? around;
    const here = [...path, i];
    return [
      { item, path: here, bodySite },
      ...findItems(item.item ?? [], [...here, 'item'], bodySite),
    ];
  });
}

/** Whether some CQL retrieves Observations of a code. */
function readByRules(program: Program): (code: Coding) => boolean {
  const retrieves = allRetrieves(program).filter(
    ({ resourceType }) => resourceType === 'Observation',
  );
  return (code) =>
    retrieves.some(
      ({ valueSet }) =>
        valueSet !== undefined &&
        program.codeService.findValueSet(valueSet)?.hasMatch(code) === true,
    );
}
