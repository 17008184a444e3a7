import {userInfo} from 'node:os';
import {join} from 'node:path';
import {onTestFinished} from 'vitest';
import type {Host, HostAsk, HostKeyQuestion} from '../../../src/host/host.ts';
import {openHost} from '../../../src/host/open.ts';
import type {SshAddress} from '../../../src/host/ssh-target.ts';
import {newFolder} from './folder.ts';
import {type SshServer, type SshServerOptions, startSshServer} from './ssh-server.ts';
/** The address of a server on loopback, for the user of the tests. */
export const addressOf = (server: {host: string; port: number}, more: Partial<SshAddress> = {}): SshAddress => ({
  kind: 'ssh',
  name: 'af-1',
  host: server.host,
  port: server.port,
  user: userInfo().username,
  identityFiles: [],
  knownHostsFiles: [],
  // The configuration of whoever runs the tests must not count.
  configFile: 'none',
  ...more,
});

/** A server for one test. */
export async function newServer(options: SshServerOptions = {}): Promise<SshServer> {
  const server = await startSshServer(options);
  onTestFinished(() => server.close());
  return server;
}

export type Ask = (question: HostKeyQuestion) => Promise<boolean>;

/** Answers questions about host keys by `hostKey`; no secret is known. */
export const asking = (hostKey: Ask, secret: HostAsk['secret'] = async () => undefined): HostAsk => ({hostKey, secret});

/** A host for one test. */
export function openSsh(address: SshAddress, ask?: Ask): Host {
  const host = openHost(address, {become: 'none', ...(ask ? {ask: asking(ask)} : {})});
  onTestFinished(() => host.close());
  return host;
}

/** A host whose key is accepted, in a known_hosts of its own. */
export async function openKnown(server: SshServer, more: Partial<SshAddress> = {}): Promise<Host> {
  return openSsh(
    addressOf(server, {knownHostsFiles: [join(await newFolder(), 'known_hosts')], ...more}),
    async () => true,
  );
}
