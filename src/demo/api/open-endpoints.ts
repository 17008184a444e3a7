import {isoOffset} from '../world/run.ts';
import type {DemoComponent} from '../world/unit.ts';
import {type ApiContext, type Endpoint, ok} from './endpoint.ts';
import {invalid, refuse} from './refusal.ts';

/** What is answered without a token. */
export const openEndpoints: readonly Endpoint[] = [
  {method: 'POST', path: '/auth/token', login: false, answer: ({body}, context) => token(body, context, {})},
  {
    method: 'POST',
    path: '/auth/token/cli',
    login: false,
    answer: ({body}, context) => token(body, context, {lifetimeS: 3600}),
  },
  {
    method: 'GET',
    path: '/api/v2/version',
    login: false,
    answer: () => ok({version: '3.3.2', git_version: '.release:aa19d2dbb9ed187ec01957a92848d9b005e9ba9d'}),
  },
  {
    method: 'GET',
    path: '/api/v2/monitor/health',
    login: false,
    answer: (_, context) =>
      ok({
        metadatabase: {status: 'healthy'},
        scheduler: heartbeat(context, 'scheduler', 'scheduler'),
        triggerer: heartbeat(context, 'triggerer', 'triggerer'),
        dag_processor: heartbeat(context, 'dag-processor', 'dag_processor'),
      }),
  },
];

function heartbeat({world}: ApiContext, component: DemoComponent, name: string) {
  const {status, lastAt} = world.heartbeat(component);
  return {status, [`latest_${name}_heartbeat`]: lastAt === undefined ? null : isoOffset(lastAt)};
}

/** As FAB's auth manager answers. */
function token(body: unknown, context: ApiContext, how: {lifetimeS?: number}) {
  if (body === undefined) throw invalid({type: 'missing', loc: ['body'], msg: 'Field required', input: null});
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw invalid({type: 'dict_type', loc: ['body'], msg: 'Input should be a valid dictionary', input: body});
  }
  const {username, password} = body as {username?: unknown; password?: unknown};
  if (!username || !password) throw refuse(400, 'Username and password must be provided');
  if (username !== context.user || password !== context.password) throw refuse(401, 'Invalid credentials');
  return {status: 201, body: {access_token: context.tokens.issue(how)}};
}
