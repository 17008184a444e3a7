import {homedir} from 'node:os';
import {join} from 'node:path';
import {Problem} from '../problems/problem.ts';
import type {HostAddress, Secret} from '../profile/profile.ts';
import {accountName} from './account.ts';
import {type SshOptions, sshOptions} from './ssh-config.ts';
import {expandPath, expandTokens, type Tokens} from './ssh-tokens.ts';

export type SshAddress = Extract<HostAddress, {kind: 'ssh'}>;

export type SshIdentity = {
  readonly path: string;
  /** Somebody named it: that it is missing is worth saying. */
  readonly isNamed: boolean;
};

/** How a connection gets there: straight, through other hosts (the last is the nearest), or by a command's stdin and stdout. */
export type SshWay =
  | {readonly by: 'network'}
  | {readonly by: 'jump'; readonly hops: readonly JumpHop[]}
  | {readonly by: 'command'; readonly command: string};

export type JumpHop = {readonly host: string; readonly port: number | undefined; readonly user: string | undefined};

/** Where to connect and how to log in: the profile over the user's ssh configuration over ssh's defaults. */
export type SshTarget = {
  /** For the screen. */
  readonly name: string;
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: Secret | undefined;
  readonly identities: readonly SshIdentity[];
  readonly identitiesOnly: boolean;
  /** Path of the agent's socket. */
  readonly agent: string | undefined;
  /** The first is the one that is added to. */
  readonly knownHostsFiles: readonly string[];
  readonly hostKeyAlias: string | undefined;
  readonly unknownKey: 'ask' | 'refuse' | 'accept';
  /** Whether a name that is added is hashed; undefined: as the file has it. */
  readonly hashNames: boolean | undefined;
  readonly connectMs: number;
  readonly way: SshWay;
};

const usualConnectMs = 10_000;
const keyNames = ['id_ed25519', 'id_ecdsa', 'id_rsa'];
const defaultKey = /^~\/\.ssh\/id_(rsa|dsa|ecdsa|ecdsa_sk|ed25519|ed25519_sk|xmss)$/;

/** Throws `host.ssh-config`. */
export async function resolveTarget(address: SshAddress): Promise<SshTarget> {
  const options = await sshOptions({
    host: address.host,
    port: address.port,
    user: address.user,
    file: address.configFile,
  });
  return targetOf(address, options);
}

/** `options` are those of ssh for this host, with the port and the user of the address where it has them. */
export function targetOf(address: SshAddress, options: SshOptions): SshTarget {
  const first = (name: string): string | undefined => {
    const value = options.get(name)?.[0];
    return value === undefined || /^none$/i.test(value) ? undefined : value;
  };
  const port = address.port ?? Number(first('port') ?? 22);
  const user = address.user ?? first('user') ?? accountName();
  const bare = {original: address.host, host: address.host, port, user, jump: first('proxyjump') ?? '', alias: ''};
  const host = expandTokens(first('hostname') ?? address.host, bare);
  const hostKeyAlias = first('hostkeyalias');
  const tokens: Tokens = {...bare, host, alias: hostKeyAlias ?? host};
  const words = (name: string) =>
    (options.get(name) ?? [])
      .join(' ')
      .split(' ')
      .filter(word => word !== '');
  const seconds = Number(first('connecttimeout') ?? 0);
  return {
    name: address.name,
    host,
    port,
    user,
    password: address.password,
    identities: identities(address, options, tokens),
    identitiesOnly: first('identitiesonly') === 'yes',
    agent: agent(address, first('identityagent'), options.get('identityagent')?.[0], tokens),
    knownHostsFiles:
      address.knownHostsFiles.length > 0
        ? address.knownHostsFiles
        : knownHostsFiles(options, [...words('userknownhostsfile'), ...words('globalknownhostsfile')], tokens),
    hostKeyAlias: hostKeyAlias === undefined ? undefined : expandTokens(hostKeyAlias, tokens),
    unknownKey: unknownKey(first('stricthostkeychecking')),
    hashNames: options.has('hashknownhosts') ? first('hashknownhosts') === 'yes' : undefined,
    connectMs: seconds > 0 ? seconds * 1000 : usualConnectMs,
    way: way(first('proxyjump'), first('proxycommand'), tokens),
  };
}

function identities(address: SshAddress, options: SshOptions, tokens: Tokens): readonly SshIdentity[] {
  if (address.identityFiles.length > 0) return address.identityFiles.map(path => ({path, isNamed: true}));
  const files = options.get('identityfile');
  if (files === undefined) {
    return keyNames.map(name => ({path: join(homedir(), '.ssh', name), isNamed: false}));
  }
  return files
    .filter(file => !/^none$/i.test(file))
    .map(file => ({path: expandPath(unquoted(file), tokens), isNamed: !defaultKey.test(file)}));
}

function agent(
  address: SshAddress,
  named: string | undefined,
  written: string | undefined,
  tokens: Tokens,
): string | undefined {
  if (written === undefined || written === 'SSH_AUTH_SOCK') return address.agent;
  if (named === undefined) return undefined;
  return named.startsWith('$') && !named.startsWith('${') ? process.env[named.slice(1)] : expandPath(named, tokens);
}

function knownHostsFiles(options: SshOptions, files: readonly string[], tokens: Tokens): readonly string[] {
  if (!options.has('userknownhostsfile') && !options.has('globalknownhostsfile')) {
    return [join(homedir(), '.ssh', 'known_hosts'), '/etc/ssh/ssh_known_hosts'];
  }
  return files.filter(file => !/^none$/i.test(file)).map(file => expandPath(unquoted(file), tokens));
}

/** "no" takes any key, even a changed one; windsock never does that. */
function unknownKey(value = 'ask'): SshTarget['unknownKey'] {
  if (value === 'yes' || value === 'true') return 'refuse';
  return value === 'ask' ? 'ask' : 'accept';
}

function way(jump: string | undefined, command: string | undefined, tokens: Tokens): SshWay {
  if (jump !== undefined) return {by: 'jump', hops: jump.split(',').map(text => parseHop(text.trim()))};
  return command === undefined ? {by: 'network'} : {by: 'command', command: expandTokens(command, tokens)};
}

/** [user@]host[:port], or ssh://[user@]host[:port]. */
function parseHop(text: string): JumpHop {
  const match = /^(?:ssh:\/\/)?(?:(.+)@)?(\[[^\]]+\]|[^:[\]]+|[0-9A-Fa-f:.%]+)(?::(\d+))?\/?$/.exec(text);
  const [, user, host = '', port] = match ?? [];
  if (match === null || host.startsWith('-') || user?.startsWith('-')) {
    throw new Problem('host.ssh-config', `ProxyJump ${text} is not understood`);
  }
  return {host: host.replace(/^\[|\]$/g, ''), port: port === undefined ? undefined : Number(port), user};
}

const unquoted = (text: string): string => text.replace(/^"(.*)"$/, '$1');
