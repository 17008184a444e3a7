import type {HostAddress} from './profile.ts';

/** Thrown as text: the caller knows the file and the line. */
export type Refused = {readonly refused: string};

/** The address of an Airflow API, without the trailing slash and without `/api/v1`. A path prefix is kept. */
export function parseApiUrl(text: string): {readonly url: string} | Refused {
  if (!URL.canParse(text) || !/^https?:\/\//i.test(text)) return {refused: 'must be like https://airflow.example.com'};
  const url = new URL(text);
  if (url.username !== '' || url.password !== '') {
    return {refused: 'a login does not belong in the address; use user and password_command'};
  }
  if (url.search !== '' || url.hash !== '') return {refused: 'must not have ? or #'};
  return {url: `${url.origin}${url.pathname}`.replace(/\/+$/, '').replace(/\/api\/v[12]$/, '')};
}

export type ParsedHost =
  | {readonly kind: 'local'}
  | {readonly kind: 'ssh'; readonly host: string; readonly port: number | undefined; readonly user: string | undefined};

/** `local`, `ssh://host`, `ssh://user@host:port` or `ssh://[::1]:22`. */
export function parseHost(text: string): ParsedHost | Refused {
  if (text === 'local') return {kind: 'local'};
  const match = /^ssh:\/\/(?:([^@/]*)@)?(\[[0-9A-Fa-f:.%\w]+\]|[^:/@[\]]+)(?::(\d+))?\/?$/.exec(text);
  if (!match) return {refused: 'must be like ssh://user@host, ssh://host:2222 or local'};
  const [, user, hostPart = '', portPart] = match;
  if (user?.includes(':')) return {refused: 'a password does not belong in the address; use a key or the ssh agent'};
  const host = hostPart.replace(/^\[|\]$/g, '');
  // A leading dash would be read as an option by ssh itself.
  if (!/^[\p{L}\p{N}_:][\p{L}\p{N}_.:%-]*$/u.test(host)) return {refused: 'the name of the host is not understood'};
  if (user !== undefined && !isUserName(user)) return {refused: 'the name of the user is not understood'};
  const port = portPart === undefined ? undefined : Number(portPart);
  if (port !== undefined && (port < 1 || port > 65_535)) return {refused: `${portPart} is no port`};
  return {kind: 'ssh', host, port, user};
}

/** A host as profiles.ini names it. */
export function hostText(address: HostAddress): string {
  if (address.kind === 'local') return 'local';
  const {host, port, user} = address;
  const name = host.includes(':') ? `[${host}]` : host;
  return `ssh://${user === undefined ? '' : `${user}@`}${name}${port === undefined ? '' : `:${port}`}`;
}

/** Wide enough for names from a directory ("ops@corp"), too narrow for an option or a second word. */
export const isUserName = (text: string): boolean => /^[\p{L}\p{N}_][\p{L}\p{N}_.@\\+-]*\$?$/u.test(text);
