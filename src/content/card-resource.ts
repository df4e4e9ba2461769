import type { ResourceTemplate } from '../cards/definition.ts';
import type { Template } from '../cards/template.ts';
import type { Program } from '../engine/program.ts';
import type { VerifiedCodes } from './terminology.ts';
import type { YamlPath } from './yaml-file.ts';

/** What a resource in a card is checked against. */
export interface ResourceWorld {
  readonly program: Program;
  readonly verified: VerifiedCodes;
  readonly fault: (path: YamlPath, message: string) => void;
  readonly template: (text: string, path: YamlPath) => Template;
}

/** A resource that a suggestion creates: of a type and with elements that FHIR R4 has. */
export function readCreated(
  resource: { resourceType: string },
  path: YamlPath,
  world: ResourceWorld,
): ResourceTemplate {
  const { model } = world.program;
  const { resourceType } = resource;
  if (!model.isResourceType(resourceType)) {
    world.fault([...path, 'resourceType'], `FHIR R4 has no resource type ${resourceType}`);
    return readResource(resource, path, world);
  }
  for (const element of Object.keys(resource)) {
    if (element !== 'resourceType' && !model.hasElement(`FHIR.${resourceType}`, element)) {
      world.fault([...path, element], `${resourceType} has no element "${element}" in FHIR R4`);
    }
  }
  return readResource(resource, path, world);
}

/** FHIR JSON whose texts are templates and whose codes are in the verified list. */
export function readResource(
  value: unknown,
  path: YamlPath,
  world: ResourceWorld,
): ResourceTemplate {
  if (Array.isArray(value)) return value.map((item, i) => readResource(item, [...path, i], world));
  if (typeof value === 'number' || typeof value === 'boolean') return value;
  if (typeof value !== 'object' || value === null) return world.template(String(value), path);
  const { system, code, display } = value as Record<string, unknown>; // an object; fields checked next
  if (typeof system === 'string' && typeof code === 'string') {
    const coding = { system, code, display: typeof display === 'string' ? display : undefined };
    const objection = world.verified.objection(coding);
    if (objection !== undefined) world.fault([...path, 'code'], objection);
  }
  const entries = Object.entries(value).map(
    ([name, child]) => [name, readResource(child, [...path, name], world)] as const,
  );
  return Object.fromEntries(entries);
}
