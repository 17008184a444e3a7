import {homedir} from 'node:os';
import {join} from 'node:path';
import type {AnyAuthMethod, Prompt} from 'ssh2';
import type {HostAddress, Secret} from '../profile/profile.ts';
import {agentKeys, limitedAgent} from './ssh-agent.ts';
import {readKeyFile} from './ssh-key-file.ts';

export type SshAddress = Extract<HostAddress, {kind: 'ssh'}>;

/** One way to log in, tried when the server accepts its method. */
export type LoginAttempt = {
  /** For the administrator, where all of them failed. */
  readonly label: string;
  readonly method: 'none' | 'publickey' | 'password' | 'keyboard-interactive';
  make(): Promise<AnyAuthMethod>;
};

export type LoginPlan = {
  readonly attempts: readonly LoginAttempt[];
  /** Why keys that were asked for, or that are there by default, cannot be tried. */
  readonly unusable: readonly string[];
  /** A key that the profile names is among the unusable. */
  readonly namedKeyUnusable: boolean;
};

// sshd hangs up after 6 refusals (MaxAuthTries); the password must still have its turn.
const keyTries = 5;
// ssh2 offers an RSA key under up to three algorithms, and each counts.
const triesOf = (type: string): number => (type === 'ssh-rsa' ? 3 : 1);

/** Lists the ways to log in: none, agent, key files, password, keyboard-interactive. `whileUser` brackets a wait for a person. */
export async function planLogin(
  address: SshAddress,
  whileUser: <T>(wait: Promise<T>) => Promise<T>,
): Promise<LoginPlan> {
  const username = address.user;
  const attempts: LoginAttempt[] = [{label: 'none', method: 'none', make: async () => ({type: 'none', username})}];
  const named = address.identityFiles.length > 0;
  const paths = named
    ? address.identityFiles
    : ['id_ed25519', 'id_ecdsa', 'id_rsa'].map(name => join(homedir(), '.ssh', name));
  const files = (await Promise.all(paths.map(readKeyFile))).filter(file => named || file.is !== 'missing');
  const unusable: string[] = [];
  let tries = keyTries;

  const inAgent = new Set<string>();
  if (address.agent !== undefined) {
    const offered = await agentKeys(address.agent);
    if (offered === undefined) unusable.push('the agent does not answer');
    // First those that the key files stand for.
    const wanted = new Set(files.flatMap(file => (file.publicKey === undefined ? [] : [file.publicKey])));
    const ranked = [...(offered ?? [])].sort((a, b) => Number(wanted.has(b.id)) - Number(wanted.has(a.id)));
    const usable = named ? files.filter(file => file.is === 'usable') : [];
    const reserved = usable.reduce((sum, file) => sum + triesOf(file.keyType), 0);
    const chosen = ranked.filter(key => {
      const room = wanted.has(key.id) ? tries : tries - reserved;
      if (room < triesOf(key.type)) return false;
      tries -= triesOf(key.type);
      inAgent.add(key.id);
      return true;
    });
    const socket = address.agent;
    if (chosen.length > 0) {
      const label = `the agent (${chosen.length} ${chosen.length === 1 ? 'key' : 'keys'})`;
      const keys = chosen.map(({key}) => key);
      attempts.push({
        label,
        method: 'publickey',
        make: async () => ({type: 'agent', username, agent: await limitedAgent(socket, keys, whileUser)}),
      });
    }
  }

  let namedKeyUnusable = false;
  for (const file of files) {
    if (file.publicKey !== undefined && inAgent.has(file.publicKey)) continue;
    if (file.is !== 'usable') {
      unusable.push(`${file.path}: ${file.reason}`);
      namedKeyUnusable ||= named;
    } else if (tries >= triesOf(file.keyType)) {
      tries -= triesOf(file.keyType);
      const {key} = file;
      attempts.push({label: file.path, method: 'publickey', make: async () => ({type: 'publickey', username, key})});
    } else {
      unusable.push(`${file.path}: not offered after so many other keys`);
    }
  }

  if (address.password) attempts.push(...passwordAttempts(username, address.password, whileUser));
  return {attempts, unusable, namedKeyUnusable};
}

function passwordAttempts(
  username: string,
  password: Secret,
  whileUser: <T>(wait: Promise<T>) => Promise<T>,
): LoginAttempt[] {
  // The program that gives the password may ask a person for its own.
  const fetched = () => whileUser(password());
  return [
    {
      label: 'the password',
      method: 'password',
      make: async () => ({type: 'password', username, password: await fetched()}),
    },
    {
      label: 'the password, asked for interactively',
      method: 'keyboard-interactive',
      make: async () => {
        const answer = await fetched();
        let asked = false;
        const prompt = (
          _name: string,
          _text: string,
          _lang: string,
          prompts: Prompt[],
          finish: (answers: string[]) => void,
        ) => {
          // Only the first hidden question is the password; a second factor has no answer here.
          const isPassword = !asked && prompts.length === 1 && prompts[0]?.echo !== true;
          asked = true;
          finish(isPassword ? [answer] : []);
        };
        return {type: 'keyboard-interactive', username, prompt};
      },
    },
  ];
}
