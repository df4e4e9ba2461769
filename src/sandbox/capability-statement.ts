import type {
  CapabilityStatement,
  CapabilityStatementRestResource,
  SearchParameter,
} from '@medplum/fhirtypes';
import { PARAMETERS } from './definitions.ts';

/**
 * What the sandbox can do, and nothing that it cannot.
 *
 * @see https://hl7.org/fhir/R4/capabilitystatement.html
 */
export function capabilityStatement(base: string, started: Date): CapabilityStatement {
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
        resource: [...PARAMETERS].map(([type, known]) => describeType(type, [...known.values()])),
        interaction: [{ code: 'transaction' }, { code: 'batch' }],
      },
    ],
  };
}

function describeType(
  type: string,
  known: readonly SearchParameter[],
): CapabilityStatementRestResource {
  return {
    type: type as CapabilityStatementRestResource['type'], // the definitions name no other
    interaction: (['read', 'update', 'delete', 'create', 'search-type'] as const).map((code) => ({
      code,
    })),
    versioning: 'versioned',
    readHistory: false,
    updateCreate: true,
    conditionalCreate: true,
    conditionalUpdate: false,
    conditionalDelete: 'not-supported',
    searchParam: known.map(({ code, type: kind }) => ({ name: code, type: kind })),
  };
}
