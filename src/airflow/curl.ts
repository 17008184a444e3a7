import {quote} from '../host/quote.ts';
import type {ApiAddress} from '../profile/profile.ts';
import {baseOf} from './http.ts';
import type {RequestBegun} from './request.ts';

/**
 * The line for a shell that asks the same by curl. It holds no secret: curl or the line itself asks for the password; a token
 * of the profile is taken from the variable TOKEN.
 */
export function curlLine(
  request: Pick<RequestBegun, 'method' | 'url' | 'login' | 'body'>,
  address: ApiAddress,
  env: NodeJS.ProcessEnv,
): string {
  const {method, url, login, body} = request;
  const way = wayOf(address, env);
  const ask = [
    ...way,
    ...(method === 'GET' ? [] : ['-X', method]),
    ...(body === undefined ? [] : ['-H', 'Content-Type: application/json', '-d', body]),
    url,
  ];
  const base = baseOf(address.url).href.replace(/\/+$/, '');
  const user = address.login.kind === 'password' ? address.login.user : '';
  switch (login) {
    case 'none':
      return quote(['curl', ...ask]);
    case 'basic':
      return quote(['curl', '-u', user, ...ask]);
    case 'session':
      return bySession({base, user, way, ask});
    default:
      if (address.login.kind === 'token') return `curl -H "Authorization: Bearer $TOKEN" ${quote(ask)}`;
      return byToken({base, user, way, ask});
  }
}

/** How curl gets there. A proxy of the environment with a login is left to the environment, which curl reads as well. */
function wayOf({proxy, caFile, insecure, clientCertificate}: ApiAddress, env: NodeJS.ProcessEnv): readonly string[] {
  const has = ['http_proxy', 'https_proxy', 'HTTPS_PROXY', 'all_proxy', 'ALL_PROXY'].some(name => env[name]);
  return [
    ...(proxy === undefined ? (has ? ['--noproxy', '*'] : []) : proxy.login ? [] : ['-x', proxy.url]),
    ...(caFile === undefined ? [] : ['--cacert', caFile]),
    ...(insecure ? ['-k'] : []),
    ...(clientCertificate === undefined
      ? []
      : ['--cert', clientCertificate.certFile, '--key', clientCertificate.keyFile]),
  ];
}

type Login = {
  readonly base: string;
  readonly user: string;
  readonly way: readonly string[];
  readonly ask: readonly string[];
};

/** The password goes from the terminal into p, and from there only through pipes: arguments can be seen by others. */
const askPassword = (user: string): readonly string[] => [
  `printf '%s' ${quote([`Password of ${user}: `])} >&2`,
  'stty -echo 2>/dev/null',
  'IFS= read -r p',
  'stty echo 2>/dev/null',
  'echo >&2',
];

/** 2.x: the form of the web interface, with the cookies in a file that goes away. */
function bySession({base, user, way, ask}: Login): string {
  const curl = `curl -sS -b "$j" -c "$j" ${quote(way)}`.trimEnd();
  const form = quote([`${base}/login/`]);
  return inShell([
    'j=$(mktemp)',
    `trap 'rm -f "$j"' EXIT`,
    ...askPassword(user),
    `t=$(${curl} ${form} | tr '>' '\\n' | sed -n 's/.*name="csrf_token".*value="\\([^"]*\\)".*/\\1/p')`,
    `printf %s "$p" | ${curl} -o /dev/null --data-urlencode "csrf_token=$t" ${quote([
      ...['--data-urlencode', `username=${user}`, '--data-urlencode', 'password@-', `${base}/login/`],
    ])}`,
    `curl -b "$j" ${quote(ask)}`,
  ]);
}

/** 3.x: a token for user and password; for nobody where Airflow gives one to all. */
function byToken({base, user, way, ask}: Login): string {
  const curl = ['curl', '-sS', ...way];
  const place = `${base}/auth/token`;
  const cut = `sed -n 's/.*"access_token" *: *"\\([^"]*\\)".*/\\1/p'`;
  const header = `printf 'Authorization: Bearer %s' "$t" | curl -H @- ${quote(ask)}`;
  if (user === '') return inShell([`t=$(${quote([...curl, place])} | ${cut})`, header]);
  return inShell([
    ...askPassword(user),
    `p=$(printf %s "$p" | sed 's/[\\\\"]/\\\\&/g')`,
    `t=$(printf '{"username":%s,"password":"%s"}' ${quote([JSON.stringify(user)])} "$p" | ${quote([
      ...[...curl, '-H', 'Content-Type: application/json', '-d', '@-', place],
    ])} | ${cut})`,
    header,
  ]);
}

/** One line, whatever the shell that it is pasted into. */
const inShell = (commands: readonly string[]): string => quote(['sh', '-c', commands.join('; ')]);
