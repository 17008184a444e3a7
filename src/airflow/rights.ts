import * as v from 'valibot';
import type {ProblemCode} from '../problems/index.ts';
import {Problem} from '../problems/problem.ts';
import type {Right, Rights} from './api.ts';
import type {Client} from './client.ts';
import type {Call} from './http.ts';
import {path} from './path.ts';

const userWire = v.object({roles: v.array(v.object({name: v.string()}))});

/** No DAG has this name: to change it can only be refused. */
const noDag = 'windsock-asks-what-it-may-do';

/** Where the version tells the roles of users, and where its API begins. */
export type RightsPlaces = {readonly users: string | undefined; readonly base: '/api/v1' | '/api/v2'};

/** The roles of the login, where it may ask for them; otherwise what it is let do. */
export async function rights(client: Client, {users, base}: RightsPlaces, signal?: AbortSignal): Promise<Rights> {
  const {user} = client;
  if (user !== undefined && users !== undefined) {
    const roles = await rolesOf(client, `${users}${path`/${user}`}`, signal);
    if (roles !== undefined) return {kind: 'roles', user, roles};
  }
  const calls: Readonly<Record<Right, Call>> = {
    'see DAGs': {path: `${base}/dags`, query: {limit: 1}},
    'see variables': {path: `${base}/variables`, query: {limit: 1}},
    'see connections': {path: `${base}/connections`, query: {limit: 1}},
    'change DAGs': {
      method: 'PATCH',
      path: `${base}/dags/${noDag}`,
      query: {update_mask: 'is_paused'},
      only: 'look',
      body: {json: {is_paused: true}},
    },
  };
  const may = new Set<Right>();
  for (const [right, call] of Object.entries(calls) as [Right, Call][]) {
    const outcome = await outcomeOf(client, call, signal);
    if (outcome === 'airflow.unauthorised') return {kind: 'not known', why: 'Airflow refuses the login'};
    if (outcome !== 'airflow.forbidden') may.add(right);
  }
  return {kind: 'tried', may};
}

/** Undefined where the user may not ask, or the auth manager has no roles. */
async function rolesOf(client: Client, place: string, signal?: AbortSignal): Promise<readonly string[] | undefined> {
  try {
    return (await client.ask(userWire, {path: place}, signal)).roles.map(({name}) => name);
  } catch (error) {
    if (isOneOf(error, ['airflow.forbidden', 'airflow.not-found', 'airflow.not-airflow'])) return undefined;
    throw error;
  }
}

/** How Airflow answers: `answered`, or the refusal that tells something of rights. Throws what does not. */
async function outcomeOf(client: Client, call: Call, signal?: AbortSignal): Promise<ProblemCode | 'answered'> {
  try {
    await client.ask(v.looseObject({}), call, signal);
    return 'answered';
  } catch (error) {
    if (isOneOf(error, ['airflow.forbidden', 'airflow.not-found', 'airflow.unauthorised'])) return error.code;
    throw error;
  }
}

function isOneOf(error: unknown, codes: readonly ProblemCode[]): error is Problem {
  return error instanceof Problem && codes.includes(error.code);
}
