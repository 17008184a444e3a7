import * as v from 'valibot';
import {Problem} from '../problems/problem.ts';
import type {Login} from '../profile/profile.ts';
import {type Answer, isPage, parsed, problemOf, redirectOf} from './answer.ts';
import type {Http} from './http.ts';
import type {Ticket} from './login.ts';
import {type FormOutcome, isLoginPath, loginByForm} from './login-form.ts';
import {atLeast, type Version} from './versions.ts';

/** What must never be shown, and where to note more of it. */
export type Hidden = Iterable<string> & {add(secret: string): unknown};

/** What a login needs: the channel, the API to log in to, and where to note what must never be shown. */
export type LoginContext = {
  readonly http: Http;
  readonly version: Version;
  readonly hidden: Hidden;
  readonly now: () => number;
};

export type PasswordLogin = Extract<Login, {kind: 'password'}>;
export type TokenLogin = Extract<Login, {kind: 'token'}>;

/**
 * What turns a user and a password into a ticket. Throws `airflow.unauthorised` when Airflow refuses them. Each call
 * tries a form, Basic and a token at most once; the password is asked for anew after it was refused.
 */
export function byPassword(login: PasswordLogin, context: LoginContext): () => Promise<Ticket> {
  let wasRefused = false;
  return async () => {
    const password = await login.password({fresh: wasRefused});
    context.hidden.add(password);
    try {
      const ticket = await (context.version.major === 2 ? cookieOrBasic : token)(login.user, password, context);
      wasRefused = false;
      return ticket;
    } catch (error) {
      wasRefused = error instanceof Problem && error.code === 'airflow.unauthorised';
      throw error;
    }
  };
}

/** What makes a ticket of the token in the profile: of a fresh one each further time, since the last is no longer good. */
export function byToken(
  login: TokenLogin,
  {hidden, now}: Omit<LoginContext, 'http' | 'version'>,
): () => Promise<Ticket> {
  let last: string | undefined;
  return async () => {
    // A command that prints a token ends it with a line feed, which a header must not hold.
    const token = (await login.token({fresh: last !== undefined})).trim();
    last = token;
    hidden.add(token);
    if (/[^\t\u0020-\u007e\u0080-\u00ff]/.test(token)) {
      throw new Problem('profile.secret', 'the token holds a character that no HTTP header may hold');
    }
    return {headers: {authorization: `Bearer ${token}`}, ...untilEnd(token, now())};
  };
}

/** A little early: the token must not expire on its way. */
const earlyMs = (lifetimeMs: number) => Math.min(60_000, lifetimeMs / 10);

/** A token of somebody else was made some time ago. One that seems to have ended is tried: our clock may be wrong. */
function untilEnd(token: string, nowMs: number): {expiresAtMs?: number} {
  const times = timesOf(token);
  if (times === undefined) return {};
  const expiresAtMs = times.exp * 1000 - earlyMs((times.exp - times.iat) * 1000);
  return expiresAtMs > nowMs ? {expiresAtMs} : {};
}

/** 3.x without a login: asked openly, and where that is refused with the token that `simple_auth_manager_all_admins` gives to all. */
export function byNobody({http, hidden, now}: LoginContext): () => Promise<Ticket> {
  let wasRefused = false;
  return async () => {
    if (!wasRefused) {
      wasRefused = true;
      return {headers: {}};
    }
    const answer = await http.send({path: '/auth/token'});
    return answer.status === 201 ? ticketOf(answer, hidden, now()) : {headers: {}};
  };
}

/** FAB takes 5 logins in 40 s (2.9–2.11); then it takes more. */
const limitedMs = 60_000;

/** 2.x. The cookie is preferred: Basic makes the server hash the password for each request (90–200 ms on 2.11). */
async function cookieOrBasic(user: string, password: string, context: LoginContext): Promise<Ticket> {
  const {http, version, hidden} = context;
  const basic = Buffer.from(`${user}:${password}`).toString('base64');
  hidden.add(basic);
  // The REST API takes the cookie since 2.3 (`airflow.api.auth.backend.session`).
  const form: FormOutcome = atLeast(version, '2.3')
    ? await loginByForm(http, user, password)
    : {outcome: 'impossible', why: 'before 2.3 the API takes no session'};
  if (form.outcome === 'admitted') {
    hidden.add(form.cookie);
    for (const [, value = ''] of form.cookie.matchAll(/=([^;]{8,})/g)) hidden.add(value);
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
async function token(user: string, password: string, {http, hidden, now}: LoginContext): Promise<Ticket> {
  const answer = await http.send({
    method: 'POST',
    path: '/auth/token',
    only: 'login',
    body: {json: {username: user, password}},
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
    throw new Problem('airflow.unauthorised', `user ${user}: ${detail}`);
  }
  return ticketOf(answer, hidden, now());
}

/** The clock of the server may be another: only how long its token is good counts. */
function ticketOf(answer: Answer, hidden: Hidden, nowMs: number): Ticket {
  const {access_token: jwt} = parsed(tokenAnswer, answer, hidden);
  hidden.add(jwt);
  const times = timesOf(jwt);
  const headers = {authorization: `Bearer ${jwt}`};
  if (times === undefined) return {headers};
  const lifetimeMs = (times.exp - times.iat) * 1000;
  return {headers, expiresAtMs: nowMs + lifetimeMs - earlyMs(lifetimeMs)};
}

const claims = v.object({exp: v.number(), iat: v.number()});

/** Seconds since 1970. Undefined for what is no JWT, or one without times: the server will say when it is no longer good. */
function timesOf(token: string): v.InferOutput<typeof claims> | undefined {
  try {
    return v.parse(claims, JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()));
  } catch {
    return undefined;
  }
}
