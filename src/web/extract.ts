import { NerverootError } from '../errors.ts';
import { isResource, type Resource } from '../fhir/resource.ts';
import { observationsOf } from '../reading/answers.ts';
import type { Questionnaire } from '../reading/questionnaire.ts';
import { objectionToResponse } from './check-response.ts';

/**
 * What to write for a response: a transaction that creates it and the Observations its
 * answers stand for. Throws InvalidRequest for what is no finished response to the
 * questionnaire, answers nothing, or answers what cannot be answered so.
 *
 * @see https://hl7.org/fhir/uv/sdc/STU3/OperationDefinition-QuestionnaireResponse-extract.html
 */
export function extract(
  response: unknown,
  questionnaire: Questionnaire,
  newId: () => string,
): Resource {
  if (!isResource(response) || response.resourceType !== 'QuestionnaireResponse') {
    throw new NerverootError('InvalidRequest', 'The body must be a QuestionnaireResponse');
  }
  const objection = objectionToResponse(response, questionnaire);
  if (objection !== undefined) throw new NerverootError('InvalidRequest', objection);
  const fullUrl = `urn:uuid:${newId()}`;
  const observations = observationsOf(response, [questionnaire], fullUrl);
  if (observations.length === 0) {
    throw new NerverootError(
      'InvalidRequest',
      `The response must answer a question of ${questionnaire.url}, and be completed or amended`,
    );
  }
  return {
    resourceType: 'Bundle',
    type: 'transaction',
    entry: [
      { fullUrl, ...created(response) },
      ...observations.map((one) => ({ fullUrl: `urn:uuid:${newId()}`, ...created(one) })),
    ],
  };
}

function created(resource: Resource) {
  return { resource, request: { method: 'POST', url: resource.resourceType } };
}
