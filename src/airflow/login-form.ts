import {type Answer, isPage, redirectOf, retryAfter} from './answer.ts';
import type {Http} from './http.ts';

/** How the login form of the web interface (2.x) took a user and a password. */
export type FormOutcome =
  | {readonly outcome: 'admitted'; readonly cookie: string}
  | {readonly outcome: 'refused'}
  /** FAB limits how often the form is sent: 5 times in 40 s by default. */
  | {readonly outcome: 'limited'; readonly retryAfterS?: number}
  | {readonly outcome: 'impossible'; readonly why: string};

/**
 * GET /login/ → hidden csrf_token → POST, with the cookies of the GET → 302. The cookie `session` then serves the REST
 * API of 2.3 and later. A wrong password leads to 302 back to /login/ (FAB 4) or to the form again.
 */
export async function loginByForm(
  http: Pick<Http, 'send'>,
  user: string,
  password: string,
  signal?: AbortSignal,
): Promise<FormOutcome> {
  const jar = new Map<string, string>();
  const form = await http.send({path: '/login/', headers: {accept: 'text/html'}}, signal);
  keepCookies(jar, form);
  const inputs = isPage(form) && form.status === 200 ? inputsOf(form.text) : new Map<string, string>();
  if (!inputs.has('username') || !inputs.has('password')) return {outcome: 'impossible', why: whyNoForm(form)};
  const csrf = inputs.get('csrf_token');
  const answer = await http.send(
    {
      method: 'POST',
      path: '/login/',
      only: 'login',
      headers: {accept: 'text/html', cookie: cookieOf(jar)},
      body: {form: {...(csrf === undefined ? {} : {csrf_token: csrf}), username: user, password}},
    },
    signal,
  );
  keepCookies(jar, answer);
  if (answer.status === 429) {
    const retryAfterS = retryAfter(answer);
    return {outcome: 'limited', ...(retryAfterS ? {retryAfterS} : {})};
  }
  const redirect = redirectOf(answer);
  if (redirect === undefined) {
    if (answer.status === 200 && inputsOf(answer.text).has('password')) return {outcome: 'refused'};
    return {outcome: 'impossible', why: `the login form answered HTTP ${answer.status}`};
  }
  if (isLoginPath(redirect)) return {outcome: 'refused'};
  return jar.size > 0
    ? {outcome: 'admitted', cookie: cookieOf(jar)}
    : {outcome: 'impossible', why: 'the login form set no cookie'};
}

/** The address of a login page, of Airflow or of something before it. */
export function isLoginPath(address: string): boolean {
  return /\/login\/?$/i.test(address);
}

function whyNoForm(answer: Answer): string {
  const redirect = redirectOf(answer);
  if (redirect !== undefined) return `the login page redirects to ${redirect}`;
  return answer.status === 200
    ? 'the login page has no field for a password'
    : `the login page answered HTTP ${answer.status}`;
}

// Linear in the length of the page, which may be anybody's.
function inputsOf(html: string): Map<string, string> {
  const inputs = new Map<string, string>();
  for (const [tag] of html.matchAll(/<input\b[^<>]*>/gi)) {
    const attributes = new Map(
      [...tag.matchAll(/(?<![\w-])([\w-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g)].map(([, name = '', double, single]) => [
        name.toLowerCase(),
        double ?? single ?? '',
      ]),
    );
    const name = attributes.get('name');
    if (name !== undefined) inputs.set(name, attributes.get('value') ?? '');
  }
  return inputs;
}

function keepCookies(jar: Map<string, string>, answer: Answer): void {
  for (const line of answer.headers['set-cookie'] ?? []) {
    const [, name, value] = /^\s*([^=;\s]+)=([^;]*)/.exec(line) ?? [];
    if (name === undefined || value === undefined) continue;
    if (value === '') jar.delete(name);
    else jar.set(name, value);
  }
}

function cookieOf(jar: ReadonlyMap<string, string>): string {
  return [...jar].map(([name, value]) => `${name}=${value}`).join('; ');
}
