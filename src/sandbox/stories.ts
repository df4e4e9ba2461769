import express, { type Router } from 'express';
import type { Resource } from '../fhir/resource.ts';
import { allowAnyOrigin } from './cors.ts';

/** What a demo patient is about, and the call it is made for. */
export interface Story {
  /** The id of its Patient. */
  readonly id: string;
  readonly title: string;
  readonly story: string;
  readonly hook: string;
  readonly order: Resource | undefined;
}

/** The list of the demo patients, for people and pages to choose from. */
export function createStoryList(open: () => Promise<readonly Story[]>): Router {
  const router = express.Router();
  router.use(allowAnyOrigin);
  router.get('/', async (_request, response) => {
    const patients = (await open()).map(({ id, title, story, hook, order }) => ({
      id,
      title,
      story,
      try: order === undefined ? { hook } : { hook, order },
    }));
    response.json({ patients });
  });
  return router;
}
