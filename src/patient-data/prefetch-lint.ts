import { PREFETCH_TOKENS, type HookName } from '../cds-hooks/hooks.ts';

const USER_TOKENS = [
  'userPractitionerId',
  'userPractitionerRoleId',
  'userPatientId',
  'userRelatedPersonId',
];

/**
 * What a CDS Client could not do with a prefetch template, as a sentence;
 * undefined when it stays in the subset every client knows.
 *
 * @see https://cds-hooks.hl7.org/STU2/#prefetch-query-restrictions
 */
export function lintPrefetchTemplate(template: string, hook: HookName): string | undefined {
  const tokens = [...template.matchAll(/\{\{([^{}]*)\}\}/g)].map(([, token]) => token ?? '');
  const bare = template.replaceAll(/\{\{[^{}]*\}\}/g, 'x');
  if (/[{}]/.test(bare)) return 'Tokens stand between {{ and }}, and no other braces are allowed';
  const fields = PREFETCH_TOKENS[hook].map((field) => `context.${field}`);
  const foreign = tokens.find((token) => !fields.includes(token) && !USER_TOKENS.includes(token));
  if (foreign !== undefined) {
    return `The token {{${foreign}}} is not one of ${hook}: ${[...fields, ...USER_TOKENS].join(', ')}`;
  }
  if (template === '{{context.userId}}') return undefined;
  const match = /^[A-Z][A-Za-z]+(?:\/[^/?]+|\?(.+))$/.exec(bare);
  if (!match) return 'A template is one relative FHIR read (Type/id) or search (Type?…)';
  const parameters = (match[1] ?? '').split('&').filter(Boolean);
  for (const parameter of parameters) {
    const objection = lintParameter(parameter);
    if (objection !== undefined) return objection;
  }
  return undefined;
}

function lintParameter(parameter: string): string | undefined {
  const [name = '', value = ''] = parameter.split('=');
  if (/^_(count|sort)$/.test(name)) return undefined;
  if (name.startsWith('_') && name !== '_id' && name !== '_lastUpdated') {
    return `The parameter ${name} is not one that every client knows`;
  }
  if (name.includes('.') || name.startsWith('_has'))
    return `Chained parameter ${name}: not every client follows chains`;
  const modifier = name.split(':')[1];
  if (modifier !== undefined && modifier !== 'in')
    return `The modifier :${modifier} is not one that every client knows`;
  if (/^(ne|sa|eb|ap)\d{4}/.test(value)) return `Dates compare with eq, lt, gt, ge and le only`;
  if (/date|_lastUpdated/i.test(name) && !/^(eq|lt|gt|ge|le)\d{4}-\d\d-\d\d/.test(value)) {
    return `Not every server takes ${name}=${value}; write a full date with a prefix, like ${name}=ge2026-01-31`;
  }
  return undefined;
}
