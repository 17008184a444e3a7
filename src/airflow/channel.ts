import {readFile} from 'node:fs/promises';
import {Agent as HttpAgent} from 'node:http';
import {Agent as HttpsAgent} from 'node:https';
import {createSecureContext, getCACertificates, rootCertificates} from 'node:tls';
import {expectProblem, Problem} from '../problems/problem.ts';
import type {ApiAddress, HttpProxy} from '../profile/profile.ts';

/** What each request to one API is sent with. */
export type Channel = Awaited<ReturnType<typeof openChannel>>;

/**
 * Reads the certificates that the profile names. got is loaded here, by the first request: it costs the start of the
 * program too much. Throws `profile.invalid` for a file that cannot be used.
 */
export async function openChannel({caFile, clientCertificate, insecure, proxy}: ApiAddress) {
  const [got, authorities, certificate, proxyEnv] = await Promise.all([
    import('got'),
    caFile === undefined ? undefined : authoritiesOf(caFile),
    clientCertificate === undefined ? undefined : certificateOf(clientCertificate),
    proxy === undefined ? undefined : environmentOf(proxy),
  ]);
  const through = proxyEnv ? {proxyEnv} : {};
  const agents = (options: {readonly keepAlive?: boolean; readonly timeout?: number}) => ({
    http: new HttpAgent({...options, ...through}),
    https: new HttpsAgent({...options, ...through}),
  });
  return {
    got,
    /** Keeps connections, for less than the 5 s after which uvicorn closes one that is not used. */
    keeping: agents({keepAlive: true, timeout: 2000}),
    /** A connection of its own. */
    once: () => agents({}),
    https: {
      rejectUnauthorized: !insecure,
      ...(authorities ? {certificateAuthority: authorities} : {}),
      ...certificate,
    },
  };
}

async function authoritiesOf(caFile: string): Promise<string[]> {
  const own = await readPem('ca_file', caFile);
  if (!own.includes('-----BEGIN '))
    throw new Problem('profile.invalid', `ca_file ${caFile} holds no certificate in PEM`);
  // Node before 22.15 has no getCACertificates.
  return [...(getCACertificates?.('default') ?? rootCertificates), own];
}

async function certificateOf({certFile, keyFile}: NonNullable<ApiAddress['clientCertificate']>) {
  const [certificate, key] = await Promise.all([readPem('client_cert', certFile), readPem('client_key', keyFile)]);
  if (/-----BEGIN ENCRYPTED|Proc-Type: 4,ENCRYPTED/.test(key)) {
    throw new Problem('profile.invalid', `client_key ${keyFile} has a passphrase, which windsock cannot ask for`);
  }
  try {
    createSecureContext({cert: certificate, key});
  } catch (error) {
    // OpenSSL's reasons name no content: "no start line", "key values mismatch".
    if (!(error instanceof Error && 'code' in error)) throw expectProblem(error);
    throw new Problem('profile.invalid', `client_cert ${certFile} and its client_key cannot be used (${error.code})`);
  }
  return {certificate, key};
}

async function readPem(key: string, file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw expectProblem(error);
    throw new Problem('profile.invalid', `${key} ${file} cannot be read (${error.code})`);
  }
}

/** Node's own agents know proxies since 22.21 and 24.5; earlier ones ignore them without a word. */
async function environmentOf({url, login}: HttpProxy): Promise<{http_proxy: string; https_proxy: string}> {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major < 22 || major === 23 || (major === 22 && minor < 21) || (major === 24 && minor < 5)) {
    throw new Problem('profile.invalid', `proxy: needs Node 22.21, 24.5 or later, this is ${process.versions.node}`);
  }
  const address = new URL(url);
  if (login) {
    const [, user = '', password = ''] = /^([^:]*):(.*)$/s.exec(await login()) ?? [];
    address.username = encodeURIComponent(user);
    address.password = encodeURIComponent(password);
  }
  return {http_proxy: address.href, https_proxy: address.href};
}
