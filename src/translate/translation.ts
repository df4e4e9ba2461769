import type { Elm } from '../elm/elm.ts';
import type { FoundProblem } from './problem.ts';

/** The options every library is translated with; result types let content be checked at load. */
export const TRANSLATOR_OPTIONS = [
  'EnableAnnotations',
  'EnableLocators',
  'EnableResultTypes',
  'DisableListDemotion',
  'DisableListPromotion',
] as const;

/** Library texts by name, and the FHIR model info they are written against. */
export interface TranslationRequest {
  readonly texts: readonly (readonly [name: string, text: string])[];
  readonly modelXml: string;
}

/** The ELM of the faultless libraries, and all that the translator says of the others. */
export interface Translation {
  readonly elms: readonly Elm[];
  readonly problems: readonly FoundProblem[];
}
