import {dagEndpoints} from './dag-endpoints.ts';
import {dataEndpoints} from './data-endpoints.ts';
import type {ApiAnswer, ApiContext, Endpoint} from './endpoint.ts';
import {openEndpoints} from './open-endpoints.ts';
import {invalid, Refusal, refuse} from './refusal.ts';
import {runEndpoints} from './run-endpoints.ts';
import {taskEndpoints} from './task-endpoints.ts';
import {userEndpoints} from './user-endpoints.ts';

/** All that the demo's API answers. */
export const endpoints: readonly Endpoint[] = [
  ...openEndpoints,
  ...userEndpoints,
  ...dagEndpoints,
  ...runEndpoints,
  ...taskEndpoints,
  ...dataEndpoints,
];

const routes = endpoints.map(endpoint => ({endpoint, parts: endpoint.path.split('/')}));

/** A request as it came. */
type RawRequest = {
  readonly method: string;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
};

const indexPage = `<!doctype html>
<html style="height: 100%" dir="ltr" lang="en">
  <head>
    <meta charset="UTF-8" />
    <title>Airflow</title>
  </head>
  <body style="height: 100%"><div id="root"></div></body>
</html>
`;

/** Answers like Airflow: an object is JSON, a string is text, or a page where it begins with `<`. */
export function respond(request: RawRequest, context: ApiContext): ApiAnswer {
  try {
    const {pathname} = request.url;
    const fitting = routes.flatMap(({endpoint, parts}) => {
      const params = match(parts, pathname.split('/'));
      return params ? [{endpoint, params}] : [];
    });
    if (fitting.length === 0) throw notFound(request.method, pathname);
    const found = fitting.find(({endpoint}) => endpoint.method === request.method);
    if (!found) throw refuse(405, 'Method Not Allowed');
    if (found.endpoint.login) checkLogin(request, context);
    const body = request.method === 'GET' ? undefined : readJson(request);
    return found.endpoint.answer({params: found.params, query: request.url.searchParams, body}, context);
  } catch (error) {
    if (error instanceof Refusal) return {status: error.status, body: error.body};
    throw error;
  }
}

function match(route: readonly string[], path: readonly string[]): Record<string, string> | undefined {
  if (route.length !== path.length) return undefined;
  const params: Record<string, string> = {};
  for (const [i, part] of route.entries()) {
    const name = /^\{(.+)\}$/.exec(part)?.[1];
    const given = decodeURIComponent(path[i] ?? '');
    if (name !== undefined) params[name] = given;
    else if (part !== given) return undefined;
  }
  return params;
}

function notFound(method: string, path: string): Refusal {
  if (path === '/health') {
    return new Refusal(404, {error: 'Moved in Airflow 3. Please change config to check `/api/v2/monitor/health`'});
  }
  if (path.startsWith('/api/v1/')) {
    const error = '/api/v1 has been removed in Airflow 3, please use its upgraded version /api/v2 instead.';
    return new Refusal(404, {error});
  }
  if (path.startsWith('/api/')) return new Refusal(404, {error: 'API route not found'});
  if (method !== 'GET') return refuse(405, 'Method Not Allowed');
  return new Refusal(200, indexPage);
}

function checkLogin({headers}: RawRequest, {tokens}: ApiContext): void {
  const [scheme, bearer] = String(headers.authorization ?? '').split(' ');
  const cookie = /(?:^|;\s*)_token=([^;]*)/.exec(String(headers.cookie ?? ''))?.[1];
  const token = scheme?.toLowerCase() === 'bearer' ? bearer : cookie;
  if (!token) throw refuse(401, 'Not authenticated');
  tokens.check(token);
}

function readJson({headers, body}: RawRequest): unknown {
  if (body === '') return undefined;
  if (!/[/+]json\b/.test(String(headers['content-type'] ?? ''))) return body;
  try {
    return JSON.parse(body);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    const at = Number(/position (\d+)/.exec(error.message)?.[1] ?? 0);
    const ctx = {error: 'Expecting property name enclosed in double quotes'};
    throw invalid({type: 'json_invalid', loc: ['body', at], msg: 'JSON decode error', input: {}, ctx});
  }
}
