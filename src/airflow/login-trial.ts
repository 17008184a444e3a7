import {Problem} from '../problems/problem.ts';
import {isPage, problemOf} from './answer.ts';
import type {Http} from './http.ts';
import {loginByForm} from './login-form.ts';

type Channel = Pick<Http, 'send'>;

/** Whether one login of 2.x is accepted: by the form, or by Basic where there is no form. Nothing of it is kept. */
export async function admitsByFormOrBasic(
  channel: Channel,
  [user, password]: readonly [string, string],
  signal?: AbortSignal,
): Promise<boolean> {
  const form = await loginByForm(channel, user, password, signal);
  if (form.outcome === 'limited') throw tooOften(form.retryAfterS);
  if (form.outcome !== 'impossible') return form.outcome === 'admitted';
  const basic = Buffer.from(`${user}:${password}`).toString('base64');
  const headers = {authorization: `Basic ${basic}`};
  const answer = await channel.send({path: '/api/v1/dags', query: {limit: 1}, headers}, signal);
  if (answer.status === 401) return false;
  if (answer.status === 403 || (answer.status === 200 && !isPage(answer))) return true;
  throw problemOf(answer, [basic]);
}

/** Whether one login of 3.x is accepted. The token is dropped. */
export async function admitsByToken(
  channel: Channel,
  [username, password]: readonly [string, string],
  signal?: AbortSignal,
): Promise<boolean> {
  const call = {method: 'POST', path: '/auth/token', only: 'login', body: {json: {username, password}}} as const;
  const answer = await channel.send(call, signal);
  if (answer.status === 201 && !isPage(answer)) return true;
  // 404, 405: another auth manager, which knows no passwords.
  if ([401, 404, 405].includes(answer.status)) return false;
  throw problemOf(answer, [password]);
}

const tooOften = (retryAfterS: number | undefined) =>
  new Problem('airflow.busy', 'the login form was sent too often', retryAfterS ? {retryAfterS} : {});
