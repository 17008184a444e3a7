import {homedir} from 'node:os';
import {dirname, resolve} from 'node:path';
import {Problem} from '../problems/problem.ts';
import {parseStoreAddress} from '../store/address.ts';
import {isUserName, parseApiUrl, parseHost} from './addresses.ts';
import type {IniSection, Place} from './ini.ts';
import {keyringPlace, secretFromKeyring} from './keyring.ts';
import {type KeyName, keyNamed} from './keys.ts';
import type {ApiAddress, HostAddress, Login, Profile, Secret} from './profile.ts';
import {proxyFor} from './proxy.ts';
import {literalSecret, secretFromCommand, secretFromEnvironment} from './secrets.ts';

/** Makes a profile of a section. Throws `profile.invalid` with the line. */
export function buildProfile(section: IniSection, file: string, place: Place, env: NodeJS.ProcessEnv): Profile {
  const values = new Values(section, file, place, env);
  const api = values.has('api') ? apiAddress(values) : undefined;
  const hosts = values.has('hosts') ? hostAddresses(values) : [];
  if (api === undefined && hosts.length === 0) {
    throw new Problem('profile.invalid', `${place(section.line)}: [${section.name}] has neither api nor hosts`);
  }
  values.refuseLonely();
  const become = values.text('become') ?? 'sudo';
  if (become !== 'sudo' && become !== 'su' && become !== 'none')
    throw values.invalid('become', 'must be sudo, su or none');
  const becomePassword = ownSecret(values, 'become_password');
  const runAs = values.text('run_as');
  if (runAs !== undefined && !isUserName(runAs))
    throw values.invalid('run_as', 'the name of the user is not understood');
  const data = values.hostPath('data');
  const airflowHome = values.hostPath('airflow_home');
  return {
    name: section.name,
    ...(api && {api}),
    hosts,
    become,
    ...(becomePassword !== undefined && {becomePassword}),
    ...(runAs !== undefined && {runAs}),
    ...(data !== undefined && {data}),
    ...(airflowHome !== undefined && {airflowHome}),
    ...archivePlace(values),
    protect: values.yes('protect'),
    readOnly: values.yes('read_only'),
  };
}

function apiAddress(values: Values): ApiAddress {
  const parsed = parseApiUrl(values.text('api') ?? '');
  if ('refused' in parsed) throw values.invalid('api', parsed.refused);
  const seconds = values.text('timeout_s') ?? '15';
  if (!/^\d+(\.\d+)?$/.test(seconds) || Number(seconds) < 0.1 || Number(seconds) > 3600) {
    throw values.invalid('timeout_s', 'must be a number of seconds, from 0.1 to 3600');
  }
  const [caFile] = values.files('ca_file');
  const [certFile] = values.files('client_cert');
  const [keyFile] = values.files('client_key');
  if (keyFile !== undefined && certFile === undefined)
    throw values.invalid('client_key', 'needs client_cert beside it');
  const proxy = proxyFor(parsed.url, values.text('proxy'), values.env);
  if (proxy && 'refused' in proxy) throw values.invalid('proxy', proxy.refused);
  return {
    url: parsed.url,
    login: login(values),
    timeoutMs: Math.round(Number(seconds) * 1000),
    ...(caFile !== undefined && {caFile}),
    insecure: values.yes('insecure'),
    ...(certFile !== undefined && {clientCertificate: {certFile, keyFile: keyFile ?? certFile}}),
    ...(proxy && {proxy}),
  };
}

const passwordKeys = ['password', 'password_env', 'password_command', 'password_keyring'] as const;
const tokenKeys = ['token', 'token_env', 'token_command', 'token_keyring'] as const;

function login(values: Values): Login {
  const [given, second] = [...passwordKeys, ...tokenKeys].filter(key => values.has(key));
  const user = values.text('user');
  if (given !== undefined && second !== undefined)
    throw values.invalid(second, `there is ${given} already; keep one of them`);
  if (given === undefined) {
    if (user !== undefined)
      throw values.invalid('user', 'needs password_command, password_keyring, password_env or password beside it');
    return {kind: 'none'};
  }
  if (given.startsWith('token')) {
    if (user !== undefined) throw values.invalid('user', `has no meaning beside ${given}`);
    return {kind: 'token', token: values.secret(given)};
  }
  if (user === undefined) throw values.invalid(given, 'needs user beside it');
  return {kind: 'password', user, password: values.secret(given)};
}

function archivePlace(values: Values): Pick<Profile, 'archive' | 's3'> {
  const text = values.text('archive');
  const archive = text === undefined ? undefined : parseStoreAddress(text, values.home);
  if (archive && 'refused' in archive) throw values.invalid('archive', archive.refused);
  const endpoint = values.text('s3_endpoint');
  const region = values.text('s3_region');
  if (endpoint !== undefined && !/^https?:\/\/[^\s/?#@]+\/?$/.test(endpoint))
    throw values.invalid('s3_endpoint', 'must be like http://127.0.0.1:9000, without a login or a path');
  if (region !== undefined && !/^[a-z0-9-]+$/.test(region))
    throw values.invalid('s3_region', 'must be like eu-central-1');
  const s3 = {...(endpoint !== undefined && {endpoint}), ...(region !== undefined && {region})};
  return {...(archive && {archive}), ...(Object.keys(s3).length > 0 && {s3})};
}

/** A secret that has a key of its own for each place it may be kept in. */
function ownSecret(values: Values, name: 'ssh_password' | 'become_password'): Secret | undefined {
  const keys = [name, `${name}_env`, `${name}_command`, `${name}_keyring`] as const;
  const [given, second] = keys.filter(key => values.has(key));
  if (given !== undefined && second !== undefined)
    throw values.invalid(second, `there is ${given} already; keep one of them`);
  return given === undefined ? undefined : values.secret(given);
}

function hostAddresses(values: Values): HostAddress[] {
  const parsed = values.list('hosts').map(text => {
    const host = parseHost(text);
    if ('refused' in host) throw values.invalid('hosts', host.refused);
    return host;
  });
  const {env} = values;
  const agent = env.SSH_AUTH_SOCK;
  const password = ownSecret(values, 'ssh_password');
  const [configFile] = values.files('ssh_config');
  const names = new Set<string>();
  return parsed.map(each => {
    const twins = parsed.filter(other => each.kind === 'ssh' && other.kind === 'ssh' && other.host === each.host);
    const name = each.kind === 'local' ? 'local' : twins.length > 1 ? `${each.host}:${each.port ?? 22}` : each.host;
    if (names.has(name)) throw values.invalid('hosts', `${name} is named twice`);
    names.add(name);
    if (each.kind === 'local') return {kind: 'local', name};
    return {
      kind: 'ssh',
      name,
      host: each.host,
      ...(each.port !== undefined && {port: each.port}),
      ...(each.user !== undefined && {user: each.user}),
      ...(password !== undefined && {password}),
      identityFiles: values.files('identity_file'),
      knownHostsFiles: values.files('known_hosts'),
      ...(agent && {agent}),
      ...(configFile !== undefined && {configFile}),
    };
  });
}

/** The values of one section by key, each checked as it is taken. */
class Values {
  readonly #section: IniSection;
  readonly #file: string;
  readonly #place: Place;
  readonly env: NodeJS.ProcessEnv;
  readonly home: string;

  constructor(section: IniSection, file: string, place: Place, env: NodeJS.ProcessEnv) {
    this.#section = section;
    this.#file = file;
    this.#place = place;
    this.env = env;
    this.home = env.HOME || homedir();
    for (const {key, value, line} of section.entries.values()) {
      const known = keyNamed(key);
      if (!known) throw new Problem('profile.invalid', `${place(line)}: there is no key ${key}`);
      if (value === '') throw this.invalid(known.name, 'has no value');
      // Of a value with such a character one sees something else than what is used.
      if (/\p{Cc}/u.test(value)) throw this.invalid(known.name, 'has a control character');
    }
  }

  has(key: KeyName): boolean {
    return this.#section.entries.has(key);
  }

  text(key: KeyName): string | undefined {
    return this.#section.entries.get(key)?.value;
  }

  list(key: KeyName): string[] {
    const items = this.text(key)
      ?.split(',')
      .map(item => item.trim());
    if (items?.includes('')) throw this.invalid(key, 'has an empty place between commas');
    return items ?? [];
  }

  files(key: KeyName): string[] {
    return this.list(key).map(path =>
      /^~(?=\/|$)/.test(path) ? path.replace('~', () => this.home) : resolve(dirname(this.#file), path),
    );
  }

  hostPath(key: KeyName): string | undefined {
    const path = this.text(key);
    if (path === undefined) return undefined;
    if (!path.startsWith('/')) throw this.invalid(key, 'must be an absolute path on the hosts');
    return path.replace(/(?<=.)\/+$/, '');
  }

  yes(key: KeyName): boolean {
    const value = this.text(key) ?? 'no';
    if (/^(yes|true)$/i.test(value)) return true;
    if (/^(no|false)$/i.test(value)) return false;
    throw this.invalid(key, 'must be yes or no');
  }

  secret(key: KeyName): Secret {
    const value = this.text(key) ?? '';
    if (key.endsWith('_env')) return secretFromEnvironment(key, value, this.env);
    if (key.endsWith('_keyring')) {
      const place = keyringPlace(value);
      if (place === undefined) throw this.invalid(key, 'must be like windsock/prod');
      return secretFromKeyring(key, place);
    }
    return key.endsWith('_command') ? secretFromCommand(key, value) : literalSecret(value);
  }

  /** A key that would be read and then ignored is a mistake of somebody. */
  refuseLonely(): void {
    for (const {key} of this.#section.entries.values()) {
      const known = keyNamed(key);
      if (known?.needs && !this.has(known.needs))
        throw this.invalid(known.name, `has no meaning without ${known.needs}`);
    }
  }

  invalid(key: KeyName, why: string): Problem {
    const line = this.#section.entries.get(key)?.line ?? this.#section.line;
    return new Problem('profile.invalid', `${this.#place(line)}: ${key} ${why}`);
  }
}
