import { DateTime } from 'luxon';
import type { Content } from '../../src/content/content.ts';
import { decide, type DecisionResult } from '../../src/decision/decide.ts';
import { NerverootError } from '../../src/errors.ts';
import { isObject, isResource, objectsIn, type Resource } from '../../src/fhir/resource.ts';
import type { RuleCase } from '../../src/rule-tests/load-cases.ts';
import { composeCase } from '../../src/rule-tests/run-case.ts';
import { aSite } from './site.ts';
import { KINDS, type World } from './unread-kinds.ts';
import { offences, type Offence } from './unread-law.ts';

/** One resource of one case, changed in one way. */
export interface Variant {
  readonly kind: string;
  readonly resource: Resource;
  readonly bent: readonly Resource[];
}

type Body = Record<string, unknown>;

/** A case as it is called, and all that is to be tried on it. */
export class CaseVariants {
  readonly #call: ReturnType<typeof composeCase>;
  readonly #content: Content;

  constructor(ruleCase: RuleCase, content: Content) {
    this.#call = composeCase(ruleCase, content);
    this.#content = content;
  }

  all(displayOf: World['displayOf']): Variant[] {
    const { body, now, timeZone } = this.#call;
    const { patientId } = body['context'] as { patientId: string }; // what composeRequest makes
    const tomorrow = DateTime.fromJSDate(now, { zone: timeZone }).plus({ days: 1 }).toISODate();
    const world = {
      known: this.#content.knownCodes,
      displayOf,
      patientId,
      tomorrow: tomorrow ?? '',
    };
    return resourcesOf(body).flatMap((resource) =>
      Object.entries(KINDS).flatMap(([kind, { bend }]) => {
        const bent = bend(resource, world);
        return bent === undefined ? [] : { kind, resource, bent };
      }),
    );
  }

  /** Undefined where the answer is that data are missing. */
  async decide(variant?: Variant): Promise<DecisionResult | undefined> {
    const { serviceId, body, now, timeZone } = this.#call;
    try {
      return await decide(serviceId, variant ? withVariant(body, variant) : body, {
        content: { current: async () => this.#content },
        clock: () => now,
        newId: () => '00000000-0000-4000-8000-000000000000',
        siteOf: () => aSite(timeZone),
      });
    } catch (error) {
      if (error instanceof NerverootError && error.code === 'MissingData') return undefined;
      throw error;
    }
  }

  async offences(before: DecisionResult, variant: Variant): Promise<Offence[]> {
    const after = await this.decide(variant);
    if (after === undefined) return []; // the answer says so
    const meaning = KINDS[variant.kind]?.meaning ?? 'not readable';
    return offences(before, after, { resource: variant.resource, meaning });
  }
}

/** Every resource that a call carries, each once. */
function resourcesOf(body: Body): Resource[] {
  const found = new Set<Resource>();
  eachPlace(body, (resource) => {
    found.add(resource);
    return [resource];
  });
  return [...found];
}

function withVariant(body: Body, { resource, bent }: Variant): Body {
  return eachPlace(body, (one) => (one === resource ? bent : [one]));
}

/** The body with other resources in the places where they stand. */
function eachPlace(body: Body, replace: (resource: Resource) => readonly Resource[]): Body {
  const inBundle = (bundle: unknown): unknown => {
    if (!isResource(bundle)) return bundle;
    if (bundle.resourceType !== 'Bundle') return replace(bundle)[0];
    const entry = objectsIn(bundle['entry']).flatMap((one) =>
      isResource(one['resource'])
        ? replace(one['resource']).map((resource) => ({ resource }))
        : [one],
    );
    return { ...bundle, entry };
  };
  const { context, prefetch } = body;
  const drafts = isObject(context) ? context['draftOrders'] : undefined;
  return {
    ...body,
    context: {
      ...(context as object),
      ...(drafts === undefined ? {} : { draftOrders: inBundle(drafts) }),
    },
    prefetch: Object.fromEntries(
      Object.entries(isObject(prefetch) ? prefetch : {}).map(([key, value]) => [
        key,
        inBundle(value),
      ]),
    ),
  };
}
