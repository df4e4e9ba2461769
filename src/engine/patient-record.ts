import type { IndexedValueSet, CodeService } from './code-service.ts';
import { wrapResource, type FhirObject, type FhirScope } from './fhir-object.ts';

type Json = Readonly<Record<string, unknown>>;

/** A patient's resources by type; each is wrapped once, and its codes are looked up once. */
export class PatientRecord {
  readonly #byType = new Map<string, FhirObject[]>();
  readonly #byValueSet = new Map<string, ReadonlyMap<IndexedValueSet, readonly FhirObject[]>>();
  readonly #codeService: CodeService;

  constructor(resources: readonly Json[], scope: FhirScope, codeService: CodeService) {
    this.#codeService = codeService;
    for (const [serial, resource] of resources.entries()) {
      const type = String(resource['resourceType']);
      let sameType = this.#byType.get(type);
      if (!sameType) this.#byType.set(type, (sameType = []));
      sameType.push(wrapResource(resource, scope, serial));
    }
  }

  /** The resources of a type, in the order in which they came. */
  ofType(type: string): readonly FhirObject[] {
    return this.#byType.get(type) ?? [];
  }

  /** Those whose element has a code of the value set. */
  inValueSet(type: string, path: string, valueSet: IndexedValueSet): readonly FhirObject[] {
    const key = `${type} ${path}`;
    let sorted = this.#byValueSet.get(key);
    if (!sorted) this.#byValueSet.set(key, (sorted = this.#sort(type, path)));
    return sorted.get(valueSet) ?? [];
  }

  /** One pass over a type's resources serves all value sets that they are held against. */
  #sort(type: string, path: string): ReadonlyMap<IndexedValueSet, readonly FhirObject[]> {
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
