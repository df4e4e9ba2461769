import type { Indicator } from '../cds-hooks/response.ts';
import type { ExpressionName } from '../facts.ts';
import type { Template } from './template.ts';

/** One rule's card, checked and ready to fill; made when content is loaded. */
export interface CardDefinition {
  readonly rule: string;
  readonly title: string;
  readonly library: string;
  readonly show: ExpressionName | undefined;
  readonly forEach: ExpressionName | undefined;
  readonly indicator: Indicator | ExpressionName;
  /**
   * Of a card that says what was not checked: types, or Patient.birthDate, whose lack alone is told
   * only where a define is true.
   */
  readonly toldWhere: ReadonlyMap<string, ExpressionName>;
  readonly summary: Template;
  readonly detail: Template;
  readonly facts: ExpressionName | undefined;
  readonly unknown: ExpressionName | undefined;
  readonly guidance: {
    readonly text: string;
    readonly strength: string;
    readonly toConfirm?: string | undefined;
  };
  /** What is too long for the card: it stands on the rule's page. */
  readonly more: readonly string[];
  /** The key of the source in the content's table, where it stands there. */
  readonly source: {
    readonly key?: string | undefined;
    readonly label: string;
    readonly url?: string | undefined;
  };
  readonly suggestions: readonly SuggestionDefinition[];
  readonly annotate: AnnotationDefinition | undefined;
  readonly overrideReasons: readonly { code: string; system: string; display: string }[];
  readonly links: readonly { label: string; url: string; type: 'absolute' | 'smart' }[];
  /** The form that records what the card asks for. */
  readonly form: { readonly name: string; readonly title: string } | undefined;
  /** Every expression whose value the card needs. */
  readonly expressions: readonly ExpressionName[];
}

export interface SuggestionDefinition {
  readonly label: Template;
  readonly recommended: boolean;
  readonly when: ExpressionName | undefined;
  readonly action:
    | {
        readonly type: 'create';
        readonly description: Template;
        readonly resource: ResourceTemplate;
      }
    | { readonly type: 'delete'; readonly description: Template; readonly resourceId: Template };
}

/** What the card writes on the orders it is about, where a client takes that. */
export interface AnnotationDefinition {
  readonly when: ExpressionName | undefined;
  readonly description: Template;
  readonly extension: FixedExtension;
}

/** A FHIR extension, the same for every patient. */
export interface FixedExtension {
  readonly url: string;
  readonly [value: string]: unknown;
}

/** A FHIR resource in which strings are templates. */
export type ResourceTemplate =
  | Template
  | number
  | boolean
  | readonly ResourceTemplate[]
  | { readonly [element: string]: ResourceTemplate };
