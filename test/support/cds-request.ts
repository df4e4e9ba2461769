import {
  aCondition,
  aDraftOrder,
  anObservation,
  aPatientResource,
  PATIENT_ID,
  searchset,
  type Json,
} from './fhir-data.ts';

/** A call as an EHR sends it; the parts are open, so that tests can bend them. */
export interface WireRequest {
  hook?: unknown;
  hookInstance?: unknown;
  context?: Json;
  prefetch?: Json;
  [field: string]: unknown;
}

/** Everything any service under test asks for: an adult, one condition, no more. */
export function aPrefetch(changes: Json = {}): Json {
  return {
    patient: aPatientResource(),
    conditions: searchset([aCondition()]),
    observations: searchset([]),
    procedures: searchset([]),
    serviceRequests: searchset([]),
    questionnaireResponses: searchset([]),
    ...changes,
  };
}

/** A `patient-view` call that every patient-view service under test answers with 200. */
export function aViewRequest(changes: Partial<WireRequest> = {}): WireRequest {
  return {
    hook: 'patient-view',
    hookInstance: 'd1577c69-dfbe-44ad-ba6d-3e05e953b2ea',
    context: { userId: 'Practitioner/clinician-1', patientId: PATIENT_ID },
    prefetch: aPrefetch(),
    ...changes,
  };
}

/** An `order-select` call with these drafts, all of them selected. */
export function anOrderRequest(
  orders: readonly Json[] = [aDraftOrder()],
  changes: Partial<WireRequest> = {},
): WireRequest {
  return {
    ...aViewRequest(),
    hook: 'order-select',
    context: anOrderContext(orders),
    ...changes,
  };
}

export function anOrderContext(orders: readonly Json[], changes: Json = {}): Json {
  return {
    userId: 'Practitioner/clinician-1',
    patientId: PATIENT_ID,
    selections: orders.map(({ resourceType, id }) => `${String(resourceType)}/${String(id)}`),
    draftOrders: {
      resourceType: 'Bundle',
      type: 'collection',
      entry: orders.map((resource) => ({ resource })),
    },
    ...changes,
  };
}

/** What `fhirServer` and `fhirAuthorization` look like when an EHR opens its server. */
export function anAuthorization(changes: Json = {}): Json {
  return {
    access_token: 'token-that-nobody-may-see',
    token_type: 'Bearer',
    expires_in: 300,
    scope: 'user/Patient.read user/Observation.read',
    subject: 'nerveroot',
    ...changes,
  };
}

/** The same call with one observation, for services that ask for observations. */
export function aMeasuredRequest(urgency: string): WireRequest {
  const observations = searchset([anObservation({ valueString: urgency })]);
  return aViewRequest({ prefetch: aPrefetch({ observations }) });
}

/** A copy without the field at the path (`context.userId`). */
export function without(request: WireRequest, path: string): WireRequest {
  const copy = structuredClone(request);
  const steps = path.split('.');
  const last = steps.pop() ?? '';
  let holder: Json = copy;
  for (const step of steps) holder = holder[step] as Json; // tests name paths that are there
  delete holder[last];
  return copy;
}

/** A copy with the value at the path. */
export function withValue(request: WireRequest, path: string, value: unknown): WireRequest {
  const copy = structuredClone(request);
  const steps = path.split('.');
  const last = steps.pop() ?? '';
  let holder: Json = copy;
  for (const step of steps) holder = holder[step] as Json; // tests name paths that are there
  holder[last] = value;
  return copy;
}

const INJECTION = {
  coding: [{ system: 'http://snomed.info/sct', code: '171787008' }],
};

/** A call that brings every key, about an image and an injection where the hook has orders. */
export function aWholeRequest({
  hook,
  prefetch = {},
}: {
  hook: string;
  prefetch?: Json;
}): WireRequest {
  const empty = Object.fromEntries(Object.keys(prefetch).map((key) => [key, searchset([])]));
  const whole = { prefetch: { ...empty, ...aPrefetch() } };
  if (hook === 'patient-view') return aViewRequest(whole);
  if (hook === 'encounter-start') {
    const context = { ...aViewRequest().context, encounterId: 'encounter-1' };
    return aViewRequest({ ...whole, hook, context });
  }
  const orders = [aDraftOrder(), aDraftOrder({ id: 'draft-injection', code: INJECTION })];
  return { ...anOrderRequest(orders, whole), hook };
}
