import type { RequestHandler } from 'express';

/** Any page may use it: it is for trying things out. @see https://www.hl7.org/fhir/security.html#cors */
export const allowAnyOrigin: RequestHandler = (request, response, next) => {
  response.set({
    'Access-Control-Allow-Origin': '*',
    'Access-Control-Expose-Headers': 'ETag, Last-Modified, Location',
  });
  if (request.method !== 'OPTIONS') {
    next();
    return;
  }
  response.set({
    'Access-Control-Allow-Methods': 'GET, HEAD, POST, PUT, DELETE, OPTIONS',
    'Access-Control-Allow-Headers':
      'Accept, Authorization, Content-Type, If-Match, If-None-Exist, Prefer',
    'Access-Control-Max-Age': '600',
  });
  response.status(204).end();
};
