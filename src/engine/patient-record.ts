import type { IndexedValueSet, CodeService } from './code-service.ts';
import { wrapResource, type FhirObject, type FhirScope } from './fhir-object.ts';

type Json = Readonly<Record<string, unknown>>;

/** A patient's resources by type; each is wrapped once, when its type is first asked for, and its codes are looked up once. */
export class PatientRecord {
  readonly #given = new Map<string, Given[]>();
  readonly #byType = new Map<string, readonly FhirObject[]>();
  readonly #sorted = new Map<string, Map<string, Sorted>>();
  readonly #scope: FhirScope;
  readonly #codeService: CodeService;

  constructor(resources: readonly Json[], scope: FhirScope, codeService: CodeService) {
    this.#scope = scope;
    this.#codeService = codeService;
    for (let serial = 0; serial < resources.length; serial += 1) {
      const resource = resources[serial];
      if (resource === undefined) continue;
      const type = String(resource['resourceType']);
      const sameType = this.#given.get(type);
      if (sameType) sameType.push({ resource, serial });
      else this.#given.set(type, [{ resource, serial }]);
    }
  }

  /** The resources of a type, in the order in which they came. */
  ofType(type: string): readonly FhirObject[] {
    let wrapped = this.#byType.get(type);
    if (!wrapped) {
      const given = this.#given.get(type) ?? [];
      wrapped = given.map(({ resource, serial }) => wrapResource(resource, this.#scope, serial));
      this.#byType.set(type, wrapped);
    }
    return wrapped;
  }

  /** Those whose element has a code of the value set. */
  inValueSet(type: string, path: string, valueSet: IndexedValueSet): readonly FhirObject[] {
    let ofType = this.#sorted.get(type);
    if (!ofType) this.#sorted.set(type, (ofType = new Map()));
    let sorted = ofType.get(path);
    if (!sorted) ofType.set(path, (sorted = this.#sort(type, path)));
    return sorted.get(valueSet) ?? NONE;
  }

  /** One pass over a type's resources serves all value sets that they are held against. */
  #sort(type: string, path: string): Sorted {
    const sorted = new Map<IndexedValueSet, FhirObject[]>();
    for (const resource of this.ofType(type)) {
      const codes = resource.codingsOf(path) ?? resource.getCode(path);
      for (const valueSet of this.#codeService.valueSetsWith(codes)) {
        const found = sorted.get(valueSet);
        if (found) found.push(resource);
        else sorted.set(valueSet, [resource]);
      }
    }
    return sorted;
  }
}

/** Resources by the value sets that have a code of theirs. */
type Sorted = ReadonlyMap<IndexedValueSet, readonly FhirObject[]>;

/** One list for all that have none: what was computed of it is known the next time. */
const NONE: readonly FhirObject[] = [];

/** A resource, and the how manieth it is of all. */
interface Given {
  readonly resource: Json;
  readonly serial: number;
}
