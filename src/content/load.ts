import type { CardDefinition } from '../cards/definition.ts';
import { codesSuggested } from './codes-suggested.ts';
import { CodeService } from '../engine/code-service.ts';
import { linkProgram, type Program } from '../engine/program.ts';
import { readBasisFile } from './basis-file.ts';
import { readBudgetFile } from './budget-file.ts';
import { loadCodeMaps } from './code-maps.ts';
import { checkFilledSets } from './filled-sets.ts';
import { knowCodes } from './known-codes.ts';
import type { CdsService, Content } from './content.ts';
import { checkKinds, checkTerms, compileLibraries, type Compiler } from './cql-libraries.ts';
import { sortFaults, type ContentFault } from './fault.ts';
import { checkListGroups } from './list-groups.ts';
import { loadCard } from './load-card.ts';
import { loadQuestionnaires } from './load-questionnaire.ts';
import { loadService } from './load-service.ts';
import { readRelations, type Relation } from './relations.ts';
import { readReadingTables } from './reading-tables.ts';
import type { SiteFiles } from '../site.ts';
import { readParameters } from './parameters.ts';
import { loadSiteSettings } from './site-settings.ts';
import { readContentFiles, type ContentFile, type ContentFolder } from './read-files.ts';
import { overrideReasonsFile, type OverrideReasonsFile } from './schema.ts';
import { readSources } from './sources.ts';
import { checkStandardMaps } from './standard-maps.ts';
import { readVerifiedCodes, type VerifiedCodes } from './terminology.ts';
import { readTexts, type ContentTexts } from './texts.ts';
import { readUnitSpellings } from './unit-spellings.ts';
import { readValueSets, valueSetsOfRules, type ReadValueSet } from './value-sets.ts';
import { readYaml } from './yaml-file.ts';

/** All faults, and the content when none of them is an error. */
export interface LoadedContent {
  readonly content: Content | undefined;
  /** What other files may name, as far as it is known when there are errors. */
  readonly known: {
    /** Rules whose card file exists, faulty ones too. */
    readonly rules: ReadonlySet<string>;
    /** The libraries that compiled, with those they include. */
    readonly program: Program;
    readonly brokenLibraries: ReadonlySet<string>;
    readonly services: readonly CdsService[] | undefined;
  };
  readonly faults: readonly ContentFault[];
}

/**
 * Reads `cql/` and `hooks/` below the root, compiles, links and checks everything,
 * and the files of sites against it. One bad file never hides the faults
 * of the others. Throws only when the folder cannot be read.
 */
export async function loadContent(
  root: string,
  compiler: Compiler,
  siteFiles: SiteFiles = {},
): Promise<LoadedContent> {
  return loadTexts(await readTexts(root, siteFiles), compiler);
}

/** The same from texts that were read before. */
export async function loadTexts(
  { version, files, codeMapFiles, clientsFile, faults: unread }: ContentTexts,
  compiler: Compiler,
): Promise<LoadedContent> {
  const of = (folder: ContentFolder): readonly ContentFile[] => files.get(folder) ?? [];
  const faults: ContentFault[] = [...unread];

  const verified = readVerifiedCodes(of('cql/terminology'), faults);
  const valueSets = readValueSets(of('cql/valuesets'), verified, faults);
  checkListGroups(valueSets, verified, faults);
  const relations = readRelations(of('cql/terminology'), faults);
  checkFilledSets(valueSets, relations, verified, faults);
  checkStandardMaps(of('cql/terminology'), valueSets, verified, faults);
  const { elms, fileOf } = await compileLibraries(of('cql'), compiler, faults);
  checkTerms(elms, fileOf, new Set(valueSets.map(({ url }) => url)), verified, faults);

  const units = readUnitSpellings(of('cql/terminology'), faults);
  const program = linkProgram(linkable(elms), compiler.model, valueSets, units);
  checkKinds(
    {
      uncompiled: program.linked.uncompiled,
      locatorOf: (library, localId) => program.linked.locatorOf(library, localId),
    },
    fileOf,
    faults,
  );
  const brokenLibraries = brokenIn(fileOf, program);
  const asked = brokenLibraries.size > 0 ? valueSets : valueSetsOfRules(valueSets, elms);
  const overrideReasons = readOverrideReasons(of('hooks'), faults);
  const { sources } = readSources(of('hooks'), faults);
  const ofAllRules = readBasisFile(of('hooks'), faults);
  const budget = readBudgetFile(of('hooks'), faults);
  const tables = readReadingTables(of('cql/reading'), {
    valueSets,
    isResourceType: (name) => program.model.isResourceType(name),
    faults,
  });
  const questionnaires = loadQuestionnaires(of('hooks/questionnaires'), {
    program,
    brokenLibraries,
    verified,
    rangesOf: (code) =>
      program.codeService.urlsWith([code]).flatMap((url) => tables.ranges.get(url) ?? []),
    faults,
  });
  const world = {
    program,
    brokenLibraries,
    verified,
    overrideReasons,
    sources,
    questionnaires,
    knownForms: namesOf(of('hooks/questionnaires')),
    faults,
  };
  const cards = of('hooks/cards').flatMap((file) => loadCard(file, world) ?? []);
  const written = cards.flatMap(codesSuggested);
  const codeMaps = loadCodeMaps(codeMapFiles, new CodeService(asked), written, faults);
  const byRule = new Map<string, CardDefinition>();
  for (const [i, card] of cards.entries()) {
    if (cards.findIndex(({ rule }) => rule === card.rule) === i) byRule.set(card.rule, card);
    else {
      const message = `Rule ${card.rule} stands in two files, ending in .yaml and .yml`;
      const file = `hooks/cards/${card.rule}.yml`;
      faults.push({ file, line: 1, column: 1, severity: 'error', message });
    }
  }
  const rules = namesOf(of('hooks/cards'));
  const services = loadServices(of('hooks/services'), {
    program,
    brokenLibraries,
    cards: byRule,
    knownRules: rules,
    codeMaps: [...codeMaps.values()],
    questions: questionnaires.flatMap(({ questions }) => questions),
    faults,
  });
  if (of('hooks/services').length === 0) {
    const message = 'There is no service; write one YAML file a service';
    faults.push({ file: 'hooks/services', line: 1, column: 1, severity: 'warning', message });
  }
  const sites = loadSiteSettings(clientsFile, {
    parameters: readParameters(of('hooks'), { program, brokenLibraries, faults }),
    isWhole: brokenLibraries.size === 0,
    cards: byRule,
    knownRules: rules,
    services,
    program,
    faults,
  });
  const broken = faults.some(({ severity }) => severity === 'error');
  const knownCodes = knowCodes({ program, units, verified, tables });
  return {
    content: broken
      ? undefined
      : {
          version,
          program,
          services,
          cards: byRule,
          sources,
          ofAllRules,
          budget,
          questionnaires,
          codeMaps,
          sites,
          knownCodes,
        },
    known: { rules, program, brokenLibraries, services: broken ? undefined : services },
    faults: sortFaults(faults),
  };
}

/** The verified list and the value sets of a content folder, for checks beside its own. */
export async function loadTerminology(root: string): Promise<{
  readonly verified: VerifiedCodes;
  readonly valueSets: readonly ReadValueSet[];
  readonly relations: readonly Relation[];
  readonly faults: readonly ContentFault[];
}> {
  const files = await readContentFiles(root);
  const faults: ContentFault[] = [];
  const terminology = files.get('cql/terminology') ?? [];
  const verified = readVerifiedCodes(terminology, faults);
  const valueSets = readValueSets(files.get('cql/valuesets') ?? [], verified, faults);
  const relations = readRelations(terminology, faults);
  checkFilledSets(valueSets, relations, verified, faults);
  return { verified, valueSets, relations, faults: sortFaults(faults) };
}

/** The names that files stand for, faulty ones too. */
function namesOf(files: readonly ContentFile[]): ReadonlySet<string> {
  return new Set(files.map(({ file }) => file.replace(/^.*\/|\.\w+$/g, '')));
}

/** Libraries whose every include compiled too: the rest cannot be linked. */
function linkable(elms: Parameters<typeof linkProgram>[0]): Parameters<typeof linkProgram>[0] {
  const names = new Set(elms.map(({ library }) => library.identifier.id));
  const whole = elms.filter(({ library }) =>
    (library.includes?.def ?? []).every(({ path }) => names.has(path)),
  );
  return whole.length === elms.length ? whole : linkable(whole);
}

/** Libraries that were written but have errors: what names them has no fault of its own. */
function brokenIn(
  fileOf: ReadonlyMap<string, string>,
  { elms }: Parameters<typeof loadService>[1]['program'],
): ReadonlySet<string> {
  return new Set([...fileOf.keys()].filter((library) => !elms.has(library)));
}

function loadServices(
  files: readonly ContentFile[],
  world: Parameters<typeof loadService>[1],
): CdsService[] {
  const services: CdsService[] = [];
  for (const file of files) {
    const service = loadService(file, world);
    if (!service) continue;
    if (services.some(({ id, hook }) => id === service.id && hook === service.hook)) {
      const message = `Service ${service.id} for ${service.hook} is declared twice`;
      world.faults.push({ file: file.file, line: 1, column: 1, severity: 'error', message });
    }
    services.push(service);
  }
  return services;
}

function readOverrideReasons(
  files: readonly ContentFile[],
  faults: ContentFault[],
): OverrideReasonsFile {
  const file = files.find(({ file: name }) => /override-reasons\.ya?ml$/.test(name));
  if (!file) return {};
  const read = readYaml(file.file, file.text, overrideReasonsFile);
  faults.push(...read.faults);
  return read.value ?? {};
}
