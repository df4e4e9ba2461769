import { resourcesIn } from '../engine/clause.ts';
import type { DecisionResult } from '../decision/decide.ts';
import type { ElmReader } from '../elm/elm-reader.ts';
import { asksFor, type ElmNode } from '../elm/elm-tree.ts';
import type { FactValue } from '../facts.ts';
import type { Resource } from '../fhir/resource.ts';
import { describeResource, displaysOf, type Wording } from './evidence.ts';
import type { Evidence, Retrieved } from './explanation.ts';
import { given } from './given.ts';

/** Tells what retrieves of the CQL brought, in the words of the record and of the content. */
export class RecordReader {
  readonly #decision: DecisionResult;
  readonly #reader: ElmReader;
  readonly #wording: Wording;

  constructor(decision: DecisionResult, reader: ElmReader) {
    this.#decision = decision;
    this.#reader = reader;
    const { timeZone, content } = decision;
    this.#wording = { timeZone, displays: displaysOf(content.program) };
  }

  /** What one retrieve brought. Resources count where `value`, which was made from them, names them. */
  retrieved(retrieve: ElmNode, library: string, brought: unknown, value: FactValue): Retrieved {
    const { notLooked, content } = this.#decision;
    const { resourceType, valueSet: ref } = asksFor(retrieve);
    const valueSet = ref && this.#reader.valueSetOf(ref, library);
    const title = content.program.valueSets.find(({ url }) => url === valueSet)?.title;
    const missing = notLooked.find((each) => each.resourceType === resourceType);
    return {
      resourceType,
      ...given({
        codes: title ?? ref?.name,
        valueSet,
        notLookedAt: missing?.reason,
      }),
      resources: this.evidence(brought, value),
    };
  }

  /** The resources in a value of the engine. */
  evidence(brought: unknown, value: FactValue): Evidence[] {
    const named = JSON.stringify(value);
    return resourcesIn(brought).map((json) => {
      const resource = json as Resource; // resourcesIn gives nothing else
      const counts = named.includes(`"${resource.resourceType}/${resource.id ?? ''}"`);
      return describeResource(resource, this.#wording, counts);
    });
  }
}
