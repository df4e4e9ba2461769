import type { Exchange, FhirReader } from '../fhir/client.ts';
import { isObject, objectsIn, type JsonObject } from '../fhir/resource.ts';
import { printable } from './printable.ts';

/** What a server says of itself, as far as it matters here. Claims; behaviour may differ. */
export interface Metadata {
  readonly state: 'read' | 'unreachable' | 'refused' | 'missing';
  /** HTTP status; null when no answer came. */
  readonly status: number | null;
  /** Why no answer came, as the network names it. */
  readonly trouble: string | null;
  readonly ms: number;
  /** `fhirVersion` of the CapabilityStatement (`4.0.1`). */
  readonly fhirVersion: string | null;
  /** Name and version of the software. */
  readonly software: string | null;
  /** Codes of the security services it announces (`SMART-on-FHIR`). */
  readonly security: readonly string[];
  /** Interactions and search parameters it claims, by resource type; empty when it claims none. */
  readonly claims: ReadonlyMap<string, Claim>;
}

export interface Claim {
  readonly interactions: readonly string[];
  readonly parameters: readonly string[];
}

/**
 * Reads what `/metadata` says. `exchanges` are those that the reader has been
 * observed to make, `ms` tells how long it took.
 *
 * @see https://hl7.org/fhir/R4/capabilitystatement.html
 */
export async function readMetadata(
  reader: FhirReader,
  exchanges: readonly Exchange[],
  now: () => Date,
): Promise<Metadata> {
  const start = now().getTime();
  await reader.read('metadata');
  const ms = now().getTime() - start;
  const exchange = exchanges.at(-1);
  const statement: JsonObject = exchange?.answer ?? {};
  const status = exchange?.status ?? null;
  const rest = objectsIn(statement['rest']).find(({ mode }) => mode !== 'client') ?? {};
  return {
    state: stateOf(status, statement),
    status,
    trouble: exchange?.trouble ?? null,
    ms,
    fhirVersion: text(statement['fhirVersion']) ?? null,
    software: softwareOf(statement),
    security: securityOf(rest),
    claims: new Map(
      objectsIn(rest['resource']).map((type) => [text(type['type']) ?? '', claimOf(type)]),
    ),
  };
}

/** DSTU2 calls it Conformance. */
function stateOf(status: number | null, statement: JsonObject): Metadata['state'] {
  if (status === null) return 'unreachable';
  if (status === 401 || status === 403) return 'refused';
  const type = statement['resourceType'];
  return type === 'CapabilityStatement' || type === 'Conformance' ? 'read' : 'missing';
}

function softwareOf({ software }: JsonObject): string | null {
  const { name, version } = isObject(software) ? software : {};
  return [text(name), text(version)].filter(Boolean).join(' ') || null;
}

function securityOf({ security }: JsonObject): string[] {
  const services = objectsIn(isObject(security) ? security['service'] : []);
  return services.flatMap(({ coding, text: words }) => {
    const codes = objectsIn(coding).flatMap(({ code }) => text(code) ?? []);
    return codes.length > 0 ? codes : (text(words) ?? []);
  });
}

function claimOf(type: JsonObject): Claim {
  return {
    interactions: objectsIn(type['interaction']).flatMap(({ code }) => text(code) ?? []),
    parameters: objectsIn(type['searchParam']).flatMap(({ name }) => text(name) ?? []),
  };
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? printable(value) : undefined;
}
