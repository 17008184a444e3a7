import * as v from 'valibot';
import {Problem} from '../problems/problem.ts';
import type {Login} from '../profile/profile.ts';
import {isPage, parsed, problemOf, redirectOf} from './answer.ts';
import type {Http} from './http.ts';
import type {Ticket} from './login.ts';
import {type FormOutcome, isLoginPath, loginByForm} from './login-form.ts';
import {atLeast, type Version} from './versions.ts';

/** What a login needs: the channel, the API to log in to, and where to note what must never be shown. */
export type LoginContext = {
  readonly http: Http;
  readonly version: Version;
  readonly hidden: Set<string>;
  readonly now: () => number;
};

/**
 * What turns the login of the profile into a ticket; undefined where the profile has none. Throws
 * `airflow.unauthorised` when Airflow refuses it. Each call tries a form, Basic and a token at most once.
 */
export function credentials(login: Login, context: LoginContext): (() => Promise<Ticket>) | undefined {
  if (login.kind === 'none') return undefined;
  if (login.kind === 'token') return () => givenToken(login, context);
  return () => (context.version.major === 2 ? cookieOrBasic(login, context) : token(login, context));
}

type PasswordLogin = Extract<Login, {kind: 'password'}>;
type TokenLogin = Extract<Login, {kind: 'token'}>;

async function givenToken(login: TokenLogin, {hidden}: LoginContext): Promise<Ticket> {
  // A command that prints a token ends it with a line feed, which a header must not hold.
  const token = (await login.token()).trim();
  hidden.add(token);
  if (/[^\t\u0020-\u007e\u0080-\u00ff]/.test(token)) {
    throw new Problem('profile.secret', 'the token holds a character that no HTTP header may hold');
  }
  return {headers: {authorization: `Bearer ${token}`}};
}

/** FAB takes 5 logins in 40 s (2.9–2.11); then it takes more. */
const limitedMs = 60_000;

/** 2.x. The cookie is preferred: Basic makes the server hash the password for each request (90–200 ms on 2.11). */
async function cookieOrBasic(login: PasswordLogin, context: LoginContext): Promise<Ticket> {
  const {http, version, hidden} = context;
  const password = await login.password();
  const basic = Buffer.from(`${login.user}:${password}`).toString('base64');
  hidden.add(password).add(basic);
  // The REST API takes the cookie since 2.3 (`airflow.api.auth.backend.session`).
  const form: FormOutcome = atLeast(version, '2.3')
    ? await loginByForm(http, login.user, password)
    : {outcome: 'impossible', why: 'before 2.3 the API takes no session'};
  if (form.outcome === 'admitted') {
    hidden.add(form.cookie);
    const ticket = {headers: {cookie: form.cookie}};
    if (await admits(ticket, context)) return ticket;
  }
  // A form that was only sent too often is tried again soon: Basic for the whole session would be dear.
  const soon = form.outcome === 'limited' ? {expiresAtMs: context.now() + limitedMs} : {};
  const ticket = {headers: {authorization: `Basic ${basic}`}, ...soon};
  if (await admits(ticket, context)) return ticket;
  if (form.outcome === 'limited') {
    const {retryAfterS} = form;
    throw new Problem('airflow.busy', 'the login form was sent too often', retryAfterS ? {retryAfterS} : {});
  }
  const {user} = login;
  throw new Problem(
    'airflow.unauthorised',
    form.outcome === 'refused'
      ? `user ${user}: the login form and Basic both refuse the password`
      : form.outcome === 'admitted'
        ? `user ${user}: the password is right, but the API takes neither its session nor Basic (auth_backends)`
        : `user ${user}: Basic is refused, and the login form cannot be used: ${form.why}`,
  );
}

/** Whether the REST API lets this in at all; a missing permission does not count. */
async function admits(ticket: Ticket, {http, hidden}: LoginContext): Promise<boolean> {
  const answer = await http.send({path: '/api/v1/dags', query: {limit: 1}, headers: ticket.headers});
  if (answer.status === 401 || isLoginPath(redirectOf(answer) ?? '')) return false;
  if (answer.status === 403 || (answer.status === 200 && !isPage(answer))) return true;
  throw problemOf(answer, hidden);
}

const tokenAnswer = v.object({access_token: v.string()});

/** 3.x: POST /auth/token, mounted by the auth manager beside /api/v2. */
async function token(login: PasswordLogin, {http, hidden, now}: LoginContext): Promise<Ticket> {
  const password = await login.password();
  hidden.add(password);
  const answer = await http.send({
    method: 'POST',
    path: '/auth/token',
    body: {json: {username: login.user, password}},
  });
  const {status} = answer;
  if (status === 404 || status === 405 || (status < 400 && (isPage(answer) || redirectOf(answer) !== undefined))) {
    throw new Problem(
      'airflow.unauthorised',
      'this auth manager gives no token for user and password (no /auth/token): put a token into the profile',
    );
  }
  if (status >= 400 && status < 429) {
    const {detail} = problemOf(answer, hidden);
    throw new Problem('airflow.unauthorised', `user ${login.user}: ${detail}`);
  }
  const {access_token: jwt} = parsed(tokenAnswer, answer, hidden);
  hidden.add(jwt);
  const lifetimeMs = lifetimeOf(jwt);
  return {
    headers: {authorization: `Bearer ${jwt}`},
    // A little early: the token must not expire on its way.
    ...(lifetimeMs === undefined ? {} : {expiresAtMs: now() + lifetimeMs - Math.min(60_000, lifetimeMs / 10)}),
  };
}

const claims = v.object({exp: v.number(), iat: v.number()});

/** How long the token is good. Its own two times are compared, because the clock of the server may be another. */
function lifetimeOf(jwt: string): number | undefined {
  try {
    const {exp, iat} = v.parse(claims, JSON.parse(Buffer.from(jwt.split('.')[1] ?? '', 'base64url').toString()));
    return (exp - iat) * 1000;
  } catch {
    // Not a JWT, or one without times: the server will say when it is no longer good.
    return undefined;
  }
}
