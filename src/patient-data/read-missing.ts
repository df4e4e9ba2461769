import type { HookContext } from '../cds-hooks/hooks.ts';
import { NerverootError, type ErrorCode } from '../errors.ts';
import type { FhirReader, Looked } from '../fhir/client.ts';
import { whyNotAnswered, type MetRequirement, type RequirementState } from './met-requirement.ts';
import { searchesOf } from './requirements.ts';
import type { ResourcePool } from './resource-pool.ts';

/**
 * Reads what prefetch did not bring, or brought in part, all at once. What the EHR
 * looked for in vain is not looked for again.
 *
 * @see https://cds-hooks.hl7.org/STU2/#providing-fhir-resources-to-a-cds-service
 */
export async function readMissing(
  requirements: readonly MetRequirement[],
  context: HookContext,
  reader: FhirReader | undefined,
  pool: ResourcePool,
): Promise<MetRequirement[]> {
  if (reader === undefined) return [...requirements];
  const looks = requirements.map(async (requirement) =>
    requirement.state === 'missing' || requirement.state === 'incomplete'
      ? look(requirement, context, reader)
      : undefined,
  );
  const looked = await Promise.all(looks);
  return requirements.map((requirement, i) => {
    const found = looked[i];
    return found ? { ...requirement, ...take(found, requirement, pool) } : requirement;
  });
}

/** What all searches for it come to: looked at when each of them was. */
async function look(
  requirement: MetRequirement,
  context: HookContext,
  reader: FhirReader,
): Promise<Looked> {
  const parts = searchesOf(requirement);
  const looked = await Promise.all(
    parts.map(async ({ template }) => lookAt(template, context, reader)),
  );
  const resources = looked.flatMap((part) => part.resources);
  const lacking = looked.flatMap((part) => (part.state === 'read' ? [] : part.reason));
  const [reason] = lacking;
  if (reason === undefined) return { state: 'read', resources };
  return lacking.length === looked.length && resources.length === 0
    ? { state: 'failed', resources: [], reason }
    : { state: 'incomplete', resources, reason };
}

async function lookAt(template: string, context: HookContext, reader: FhirReader): Promise<Looked> {
  const url = fillTemplate(template, context);
  if (url === undefined) {
    const reason = 'the request does not say what its template asks for';
    return { state: 'failed', resources: [], reason };
  }
  return url.includes('?') ? reader.search(url) : reader.read(url);
}

/** The template with its tokens filled; undefined when the context lacks one. */
function fillTemplate(template: string, context: HookContext): string | undefined {
  const values = userTokens(context.userId);
  for (const [field, value] of Object.entries(context)) {
    if (typeof value === 'string') values.set(`context.${field}`, value);
  }
  const tokens = [...template.matchAll(/\{\{([^{}]*)\}\}/g)].map(([, token]) => token ?? '');
  if (tokens.some((token) => !values.has(token))) return undefined;
  return template.replaceAll(/\{\{([^{}]*)\}\}/g, (_, token: string) =>
    encodeURIComponent(values.get(token) ?? ''),
  );
}

/** @see https://cds-hooks.hl7.org/STU2/#prefetch-tokens-identifying-the-user */
function userTokens(userId: string | undefined): Map<string, string> {
  const [type, id] = userId?.split('/') ?? [];
  return new Map(type !== undefined && id !== undefined ? [[`user${type}Id`, id]] : []);
}

/** Why what a server answered is refused, in words for a person. */
const REFUSED: Partial<Record<ErrorCode, string>> = {
  PatientMismatch: 'the FHIR server answered with data of another patient',
  InvalidRequest: 'the FHIR server answered with what is no FHIR R4',
  BodyTooLarge: 'the FHIR server answered with more than can be worked through',
};

function take(looked: Looked, requirement: MetRequirement, pool: ResourcePool): RequirementState {
  let isAllRead: boolean;
  try {
    isAllRead = pool.add(looked.resources, () => `the answer for ${requirement.key}`);
  } catch (error) {
    // A server that answers so cannot be trusted with "nothing found" either.
    const reason = error instanceof NerverootError ? REFUSED[error.code] : undefined;
    if (reason === undefined) throw error;
    return { state: 'failed', reason };
  }
  if (looked.state !== 'read') return { state: looked.state, reason: looked.reason };
  const reason = whyNotAnswered(looked.resources, requirement, isAllRead);
  if (reason !== undefined) return { state: 'incomplete', reason };
  return { state: looked.resources.length > 0 ? 'read' : 'absent' };
}
