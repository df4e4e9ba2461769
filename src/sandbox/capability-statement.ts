import type { Resource } from '../fhir/resource.ts';
import { parametersOf, RESOURCE_TYPES } from './parameters.ts';

/**
 * What the sandbox can do, and nothing that it cannot.
 *
 * @see https://hl7.org/fhir/R4/capabilitystatement.html
 */
export function capabilityStatement(base: string, started: Date): Resource {
  return {
    resourceType: 'CapabilityStatement',
    status: 'active',
    date: started.toISOString(),
    kind: 'instance',
    software: { name: 'nerveroot sandbox' },
    implementation: {
      description:
        'A demo FHIR server with invented patients, in memory: what is written is gone when it stops. It has no access control; never send it data of real people.',
      url: base,
    },
    fhirVersion: '4.0.1',
    format: ['json'],
    rest: [
      {
        mode: 'server',
        security: {
          cors: true,
          description: 'None: whoever reaches the address reads and writes everything.',
        },
        resource: RESOURCE_TYPES.map(describeType),
        interaction: [{ code: 'transaction' }, { code: 'batch' }],
      },
    ],
  };
}

function describeType(type: string): unknown {
  return {
    type,
    interaction: ['read', 'update', 'delete', 'create', 'search-type'].map((code) => ({ code })),
    versioning: 'versioned',
    readHistory: false,
    updateCreate: true,
    conditionalCreate: true,
    conditionalUpdate: false,
    conditionalDelete: 'not-supported',
    searchParam: [...parametersOf(type).values()].map(({ name, kind }) => ({ name, type: kind })),
  };
}
