import type {Refused} from './addresses.ts';
import type {HttpProxy} from './profile.ts';
import {literalSecret} from './secrets.ts';

/**
 * The proxy on the way to an API: the key `proxy`, else HTTPS_PROXY, HTTP_PROXY and NO_PROXY as curl reads them. Undefined
 * where there is none, for `proxy = none`, and for this machine itself, to which no proxy of the environment leads.
 */
export function proxyFor(
  apiUrl: string,
  key: string | undefined,
  env: NodeJS.ProcessEnv,
): HttpProxy | Refused | undefined {
  const api = new URL(apiUrl);
  if (key === 'none') return undefined;
  if (key !== undefined) {
    const proxy = parse(key);
    if (proxy?.login === undefined) return proxy ?? {refused: 'must be like http://proxy.example.com:3128, or none'};
    return {refused: 'must not hold a login; the address in the variable HTTPS_PROXY may'};
  }
  const text = api.protocol === 'https:' ? (env.https_proxy ?? env.HTTPS_PROXY) : (env.http_proxy ?? env.HTTP_PROXY);
  if (!text || isLoopback(api.hostname) || isExcepted(api, env.no_proxy ?? env.NO_PROXY ?? '')) return undefined;
  // curl takes a bare "proxy:3128", too. What is no HTTP proxy (socks5://) is not for windsock.
  return parse(text.includes('://') ? text : `http://${text}`);
}

function parse(text: string): HttpProxy | undefined {
  const url = URL.parse(text);
  if (url === null || !/^https?:$/.test(url.protocol) || url.pathname !== '/' || url.search !== '') return undefined;
  const {origin, username, password} = url;
  if (username === '' && password === '') return {url: origin};
  return {url: origin, login: literalSecret(`${decodeURIComponent(username)}:${decodeURIComponent(password)}`)};
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(host);
}

/** NO_PROXY: `*`, or names with commas between; each stands for itself and all below it. */
function isExcepted({hostname, port, protocol}: URL, list: string): boolean {
  const ownPort = port || (protocol === 'https:' ? '443' : '80');
  return list.split(/[\s,]+/).some(entry => {
    if (entry === '*') return true;
    const [, name = '', wantedPort] = /^(?:\*?\.)?(.*?)(?::(\d+))?$/.exec(entry.toLowerCase()) ?? [];
    if (name === '' || (wantedPort !== undefined && wantedPort !== ownPort)) return false;
    return hostname === name || hostname.endsWith(`.${name}`);
  });
}
