import type { PackedElm } from '../elm/whole.ts';
import type { FoundProblem } from './problem.ts';

/** The options every library is translated with; result types let content be checked at load. */
export const TRANSLATOR_OPTIONS = [
  'EnableAnnotations',
  'EnableLocators',
  'EnableResultTypes',
  'DisableListDemotion',
  'DisableListPromotion',
] as const;

/** One library to translate; before the first, the process is sent the FHIR model info's XML. */
export interface TranslationRequest {
  /** Which compile asks; what was kept of faulty libraries is forgotten when another begins. */
  readonly compile: number;
  readonly name: string;
  readonly text: string;
  /** All libraries below it. */
  readonly below: readonly IncludedLibrary[];
}

/** What a library is translated against. */
export interface IncludedLibrary {
  readonly name: string;
  /** Its interface, or without one its text. */
  readonly text: string;
  readonly hasInterface: boolean;
}

/** What became of one library. */
export interface Translation {
  /** Undefined where there is an error among the problems. */
  readonly elm: PackedElm | undefined;
  readonly problems: readonly FoundProblem[];
  /** What includers are translated against; a faulty library has none. */
  readonly interface: string | undefined;
}
