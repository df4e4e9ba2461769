import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import express, { type Request, type RequestHandler, type Response, type Router } from 'express';
import type { ToldBasis, ToldRule } from '../basis/told.ts';
import { NerverootError } from '../errors.ts';
import { nearestNames } from '../translate/nearest-name.ts';
import { noRulePage, rulePage, rulesPage } from './rules-pages.ts';
import { ruleJson, rulesJson, type Cases } from './rules-json.ts';

export interface RulesOptions {
  /** What the rules of the content in force rest on. */
  readonly basis: () => Promise<ToldBasis>;
  /** The number of cases by rule. */
  readonly cases: () => Promise<Cases>;
  /** The folder with the style. */
  readonly pages: string;
}

/**
 * What each rule rests on, for the clinician who reads its card: a list, and a page for each rule,
 * to be mounted at their base path. As JSON for who accepts that rather than HTML. They hold no
 * data of patients.
 */
export function createRules({ basis, cases, pages }: RulesOptions): Router {
  const router = express.Router({ strict: true });
  router.use((_request, response, next) => {
    response.set(HEADERS);
    next();
  });
  router.use('/page', express.static(pages, { index: false, redirect: false }));
  router.get('/', answerList(basis));
  router.get('/:id', answerRule({ basis, cases }));
  return router;
}

function answerList(basis: RulesOptions['basis']): RequestHandler {
  return async (request, response) => {
    const told = await basis();
    const frame = { folder: folderFrom(request), cases: undefined };
    answer(request, response, { html: () => rulesPage(told, frame), json: () => rulesJson(told) });
  };
}

function answerRule({
  basis,
  cases,
}: Pick<RulesOptions, 'basis' | 'cases'>): RequestHandler<{ id: string }> {
  return async (request, response) => {
    const told = await basis();
    const found = told.rules.find(({ rule }) => rule === request.params.id);
    const frame = { folder: '', cases: await cases() };
    if (found) {
      answer(request, response, {
        html: () => rulePage(told, found, frame),
        json: () => ruleJson(told, found, frame.cases),
      });
      return;
    }
    const nearest = nearestRules(request.params.id, told);
    if (prefersJson(request)) throw noSuchRule(nearest);
    response
      .status(404)
      .type('html')
      .send(noRulePage(told, nearest, frame));
  };
}

/**
 * Any page may show these in a frame: they hold no patient and nothing to press, and an EHR may show
 * what a card links to within itself. They load their own style, and nothing else.
 */
const HEADERS = {
  'Content-Security-Policy': [
    "default-src 'none'",
    "style-src 'self'",
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; '),
  // Kept, and asked for anew each time: content may change at any call.
  'Cache-Control': 'no-cache',
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
  Vary: 'Accept',
};

/** Answers in the form that is asked for; with 304 where the caller has it already. */
function answer(
  request: Pick<Request, 'accepts' | 'get'>,
  response: Response,
  forms: { readonly html: () => string; readonly json: () => object },
): void {
  const isJson = prefersJson(request);
  const body = isJson ? JSON.stringify(forms.json()) : forms.html();
  // The body holds the version of the content, so the tag changes with it.
  const tag = createHash('sha256').update(body).digest('base64url').slice(0, 22);
  response.set('ETag', `"${tag}"`);
  if (hasAlready(request, tag)) response.status(304).end();
  else response.type(isJson ? 'json' : 'html').send(body);
}

/** @see https://www.rfc-editor.org/rfc/rfc9110#section-13.1.2 */
function hasAlready(request: Pick<Request, 'get'>, tag: string): boolean {
  const held = request.get('If-None-Match') ?? '';
  return held.split(',').some((one) => one.trim().replace(/^W\//, '') === `"${tag}"`);
}

function prefersJson(request: Pick<Request, 'accepts'>): boolean {
  return request.accepts(['html', 'json']) === 'json';
}

/** The list is served with a slash at its end or without; a proxy may serve it below a path of its own. */
function folderFrom({ originalUrl, baseUrl }: Request): string {
  const [path = ''] = originalUrl.split('?');
  return path.endsWith('/') ? '' : `${basename(baseUrl)}/`;
}

/** Those spelt alike; else, of those with the same letters before the hyphen, the nearest by number. */
function nearestRules(asked: string, { rules }: ToldBasis): readonly ToldRule[] {
  const near = new Set(
    nearestNames(
      asked,
      rules.map(({ rule }) => rule),
    ),
  );
  if (near.size > 0) return rules.filter(({ rule }) => near.has(rule));
  const { letters, number } = partsOf(asked);
  const group = rules.filter(({ rule }) => partsOf(rule).letters === letters);
  const distance = ({ rule }: ToldRule): number => Math.abs(partsOf(rule).number - number);
  const least = Math.min(...group.map(distance));
  return group.filter((rule) => distance(rule) === least);
}

/** `RF-01b` is RF and 1. */
function partsOf(id: string): { readonly letters: string; readonly number: number } {
  const [, letters = '', digits = ''] = /^([A-Za-z]+)-?(\d*)/.exec(id) ?? [];
  return { letters: letters.toUpperCase(), number: Number(digits) };
}

function noSuchRule(nearest: readonly ToldRule[]): NerverootError {
  const names = nearest.map(({ rule }) => rule).join(', ');
  const remedy = names === '' ? 'the list of rules names all' : `nearest: ${names}`;
  return new NerverootError('NotFound', `There is no such rule; ${remedy}`);
}
