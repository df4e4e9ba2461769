/** What `nerveroot check` warns of in the CQL; a comment silences one by this name. */
export const WARNING_KINDS = [
  'open-decimal',
  'flatten-null',
  'sort-null',
  'message-error',
  'text-to-number',
  'text-to-quantity',
  'combine-nothing',
  'absence',
  'unused-include',
  'long-line',
] as const;

export type WarningKind = (typeof WARNING_KINDS)[number];

/** One warning, before comments may silence it. */
export interface Finding {
  readonly kind: WarningKind;
  readonly library: string;
  /** Where in the library's file, counted from 1. */
  readonly line: number;
  readonly column: number;
  readonly message: string;
}
