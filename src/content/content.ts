import type { CardDefinition } from '../cards/definition.ts';
import type { HookName } from '../cds-hooks/hooks.ts';
import type { Program } from '../engine/program.ts';
import type { ExpressionName } from '../facts.ts';
import type { Questionnaire } from '../reading/questionnaire.ts';
import type { CodeMap } from '../reading/code-map.ts';
import type { BasisFile, BudgetFile } from './schema.ts';
import type { CitedSource } from './sources.ts';
import type { DataRequirement } from '../patient-data/requirements.ts';
import type { KnownCodes } from '../reading/known.ts';

/** A CDS service, checked and with everything derived that a call needs. */
export interface CdsService {
  readonly id: string;
  readonly hook: HookName;
  readonly title: string;
  readonly description: string;
  readonly usageRequirements: string | undefined;
  readonly required: readonly string[];
  readonly requirements: readonly DataRequirement[];
  readonly gate: ExpressionName;
  readonly cards: readonly CardDefinition[];
  /** The rules that are decided for every patient. Where the gate is false, all others are false as well. */
  readonly always: ReadonlySet<string>;
  readonly besideCritical: number;
  /** Rules that are not shown while the card of the key is. */
  readonly silences: ReadonlyMap<string, readonly string[]>;
  readonly notChecked: CardDefinition;
  /** Rules that are decided and counted here, and not shown. */
  readonly silent: ReadonlySet<string>;
  /** What the site changed below the floor of the content, a line each: with whose approval. */
  readonly changed: readonly string[];
  /** Every expression that a call may evaluate. */
  readonly expressions: readonly ExpressionName[];
  /**
   * What must not stay undecided in silence: the gate and each card, with the
   * resource types they rest on.
   */
  readonly decisions: readonly Decision[];
}

/** What one site has otherwise than the content says, checked. */
export interface SiteSettings {
  /** Values of the CQL's parameters, by name. */
  readonly parameters: Readonly<Record<string, number>>;
  /** The services as the site has them, by the content's own. */
  readonly services: ReadonlyMap<CdsService, CdsService>;
  /** What lies below the floor of the content, a line each: with whose approval. */
  readonly changed: readonly string[];
}

export interface Decision {
  /** The rule it decides; none for the gate. */
  readonly rule: string | undefined;
  readonly title: string;
  readonly expression: ExpressionName;
  readonly sources: ReadonlySet<string>;
}

/** Everything that was in the content folder, immutable; a reload makes a new one. */
export interface Content {
  /** Changes with any change of the folder; audit records carry it. */
  readonly version: string;
  readonly program: Program;
  /** In order of their files. An id may stand for several hooks. */
  readonly services: readonly CdsService[];
  readonly cards: ReadonlyMap<string, CardDefinition>;
  /** What the rules rest on, by the key that comments and cards cite it by. */
  readonly sources: ReadonlyMap<string, CitedSource>;
  /** What is the same for all rules, where the content says it. */
  readonly ofAllRules: BasisFile | undefined;
  /** How many cards are not too many, where the content says it. */
  readonly budget: BudgetFile | undefined;
  /** The forms whose answers are facts, in order of their files. */
  readonly questionnaires: readonly Questionnaire[];
  /** Sites' own codes, by the path of the file. */
  readonly codeMaps: ReadonlyMap<string, CodeMap>;
  /** What sites set, by the address of their FHIR server; `''` for those of no known one. */
  readonly sites: ReadonlyMap<string, SiteSettings>;
  readonly knownCodes: KnownCodes;
}
