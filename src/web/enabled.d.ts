// The page's own module, which the service shares with it: web/ is served as it is, and not compiled.
declare module '*/web/enabled.js' {
  type Item = import('../reading/questionnaire.ts').QuestionnaireItem;

  export function enabledItems(
    items: readonly Item[],
    answersTo: (linkId: string) => Readonly<Record<string, unknown>>[],
  ): Set<string>;
}
