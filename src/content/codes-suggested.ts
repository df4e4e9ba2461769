import type { Coding } from '../engine/codes.ts';
import type { CardDefinition, ResourceTemplate } from '../cards/definition.ts';
import { isTemplate } from '../cards/template.ts';

/** The codes of the resources that a card's suggestions create, in their order. */
export function codesSuggested({ suggestions }: Pick<CardDefinition, 'suggestions'>): Coding[] {
  return suggestions.flatMap(({ action }) =>
    action.type === 'create' ? codesIn(action.resource) : [],
  );
}

// Codes and their systems are checked against the verified list: they hold no tags.
function codesIn(template: ResourceTemplate): Coding[] {
  if (typeof template === 'number' || typeof template === 'boolean') return [];
  if (Array.isArray(template)) return (template as readonly ResourceTemplate[]).flatMap(codesIn);
  if (isTemplate(template)) return [];
  const { system, code } = template as Readonly<Record<string, ResourceTemplate>>;
  const own =
    isTemplate(system) && isTemplate(code) ? [{ system: system.text, code: code.text }] : [];
  return [...own, ...Object.values(template).flatMap(codesIn)];
}
