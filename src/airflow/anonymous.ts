import * as v from 'valibot';
import {Problem} from '../problems/problem.ts';
import {isPage, parsed, problemOf, redirectOf} from './answer.ts';
import type {AnonymousAccess, PageAccess} from './api.ts';
import type {Client} from './client.ts';

/** What one look at the DAGs without a login gets. */
export async function anonymousAccess(client: Client, dags: string, signal?: AbortSignal): Promise<AnonymousAccess> {
  try {
    await client.askOpenly(v.looseObject({}), {path: dags, query: {limit: 1}}, signal);
    return 'open';
  } catch (error) {
    if (error instanceof Problem && (error.code === 'airflow.unauthorised' || error.code === 'airflow.forbidden')) {
      return 'refused';
    }
    throw error;
  }
}

/**
 * 2.0–2.2 have one auth backend: all but deny_all say in their refusal how to log in (Basic, Negotiate). Later ones
 * have the session of a browser beside it, which says nothing.
 */
export async function deniesAll(client: Client, dags: string, signal?: AbortSignal): Promise<boolean> {
  const {status, headers} = await client.send({path: dags, query: {limit: 1}}, signal);
  return status === 401 && headers['www-authenticate'] === undefined;
}

/** 2.x: the first page after the login. Without a login it redirects, unless AUTH_ROLE_PUBLIC names a role. */
export async function homeAccess(client: Client, signal?: AbortSignal): Promise<PageAccess> {
  const answer = await client.send({path: '/home', headers: {accept: 'text/html'}}, signal);
  if (redirectOf(answer) !== undefined || answer.status === 401 || answer.status === 403) return 'refused';
  if (answer.status === 200 && isPage(answer)) return 'open';
  throw problemOf(answer);
}

/** 3.x: every address gives the page; what fills it wants a token, which the simple auth manager may give to all. */
export async function uiAccess(client: Client, signal?: AbortSignal): Promise<PageAccess> {
  const token = await client.send({path: '/auth/token'}, signal);
  if (token.status === 201) return 'all-admins';
  const answer = await client.send({path: '/ui/config'}, signal);
  if (answer.status === 401 || answer.status === 403) return 'refused';
  parsed(v.looseObject({}), answer);
  return 'open';
}
