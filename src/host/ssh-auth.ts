import {existsSync} from 'node:fs';
import type {AnyAuthMethod, ParsedKey} from 'ssh2';
import type {AskedSecrets} from './asked-secrets.ts';
import type {SecretQuestion} from './host.ts';
import {agentKeys, agentSigner, type Signer, signingAgent} from './ssh-agent.ts';
import {type KeyFile, keyId, readKeyFile} from './ssh-key-file.ts';
import {loadSsh2} from './ssh-library.ts';
import {signWith, unlock} from './ssh-locked-key.ts';
import {passwordAttempts} from './ssh-password.ts';
import type {SshIdentity, SshTarget} from './ssh-target.ts';

/** One way to log in, tried when the server accepts its method. */
export type LoginAttempt = {
  /** For the administrator, where all of them failed. */
  readonly label: string;
  readonly method: 'none' | 'publickey' | 'password' | 'keyboard-interactive';
  /** Undefined where it turns out that there is nothing to offer. */
  make(): Promise<AnyAuthMethod | undefined>;
  /** The server did not accept it. */
  refused?(): Promise<void>;
  /** Not tried after one of these was refused: accounts get locked. */
  readonly repeats?: LoginAttempt['method'];
};

export type LoginPlan = {
  readonly attempts: readonly LoginAttempt[];
  /** Why keys that were asked for, or that are there by default, cannot be used; grows while the login goes on. */
  readonly unusable: string[];
  /** A key that the profile or the ssh configuration names is among the unusable. */
  namedKeyUnusable: boolean;
};

/** What a login needs of its surroundings. */
export type LoginContext = {
  /** Brackets a wait for a person. */
  readonly whileUser: <T>(wait: Promise<T>) => Promise<T>;
  /** Undefined: nobody can be asked. */
  readonly secrets: AskedSecrets | undefined;
  /** Ends the login with this problem. */
  readonly fail: (error: unknown) => void;
};

// sshd hangs up after 6 refusals (MaxAuthTries); the password must still have its turn.
const keyTries = 5;
const passphraseTries = 3;
// ssh2 offers an RSA key under up to three algorithms, and each counts.
const triesOf = ({type}: ParsedKey): number => (type === 'ssh-rsa' ? 3 : 1);

/** Lists the ways to log in: none, agent, key files, those with a passphrase, password, keyboard-interactive. */
export async function planLogin(target: SshTarget, context: LoginContext): Promise<LoginPlan> {
  const username = target.user;
  const attempts: LoginAttempt[] = [{label: 'none', method: 'none', make: async () => ({type: 'none', username})}];
  const plan: LoginPlan = {attempts, unusable: [], namedKeyUnusable: false};
  const read = await Promise.all(
    target.identities.map(async identity => ({identity, file: await readKeyFile(identity.path)})),
  );
  const found = read.filter(({identity, file}) => identity.isNamed || file.is !== 'missing');
  let tries = keyTries;
  const take = (key: ParsedKey, room = tries): boolean => {
    if (room < triesOf(key)) return false;
    tries -= triesOf(key);
    return true;
  };

  const inAgent = new Set<string>();
  if (target.agent !== undefined) {
    const chosen = await chooseAgentKeys(target, found, plan, take, () => tries);
    for (const key of chosen) inAgent.add(keyId(key));
    const socket = target.agent;
    const label = `the agent (${chosen.length} ${chosen.length === 1 ? 'key' : 'keys'})`;
    // One by one: ssh2 does not tell a key that was the first of two proofs from one that was refused.
    for (const key of chosen) {
      const make = async () => {
        const ask = await agentSigner(socket);
        // The agent may ask its owner first.
        const signer: Signer = (...what) => context.whileUser(ask(...what));
        return {type: 'agent' as const, username, agent: await signingAgent(key, signer)};
      };
      attempts.push({label, method: 'publickey', make});
    }
  }

  const locked: LoginAttempt[] = [];
  for (const {identity, file} of found) {
    if (file.publicKey !== undefined && inAgent.has(keyId(file.publicKey))) continue;
    const refuse = (reason: string) => {
      plan.unusable.push(`${file.path}: ${reason}`);
      plan.namedKeyUnusable ||= identity.isNamed;
    };
    if ('reason' in file) refuse(file.reason);
    else if (file.is === 'locked' && context.secrets === undefined)
      refuse('has a passphrase and is not in the ssh agent');
    else if (file.publicKey !== undefined && !take(file.publicKey)) {
      plan.unusable.push(`${file.path}: not offered after so many other keys`);
    } else if (file.is === 'locked') {
      const make = () => offerLocked(file, target, context, refuse);
      locked.push({label: file.path, method: 'publickey', make});
    } else {
      const {key} = file;
      attempts.push({label: file.path, method: 'publickey', make: async () => ({type: 'publickey', username, key})});
    }
    if (existsSync(`${file.path}-cert.pub`)) {
      plan.unusable.push(`${file.path}-cert.pub: windsock cannot use certificates`);
    }
  }
  attempts.push(...locked, ...passwordAttempts(target, context));
  return plan;
}

type Found = readonly {readonly identity: SshIdentity; readonly file: KeyFile}[];

/** Those of the agent's keys that there is room for: first what the key files stand for, and with IdentitiesOnly no other. */
async function chooseAgentKeys(
  target: SshTarget,
  found: Found,
  plan: LoginPlan,
  take: (key: ParsedKey, room?: number) => boolean,
  tries: () => number,
): Promise<readonly ParsedKey[]> {
  const offered = await agentKeys(target.agent ?? '');
  if (offered === undefined) plan.unusable.push('the agent does not answer');
  const wanted = new Set(found.flatMap(({file}) => (file.publicKey === undefined ? [] : [keyId(file.publicKey)])));
  const isWanted = (key: ParsedKey) => wanted.has(keyId(key));
  const ranked = [...(offered ?? [])]
    .filter(key => !target.identitiesOnly || isWanted(key))
    .sort((a, b) => Number(isWanted(b)) - Number(isWanted(a)));
  const reserved = found.reduce(
    (sum, {identity, file}) => sum + (identity.isNamed && file.is === 'usable' ? triesOf(file.key) : 0),
    0,
  );
  return ranked.filter(key => take(key, isWanted(key) ? tries() : tries() - reserved));
}

/** A key with a passphrase: that is asked for once the host has accepted the public part, where this is known. */
async function offerLocked(
  file: Extract<KeyFile, {is: 'locked'}>,
  target: SshTarget,
  {secrets, whileUser, fail}: LoginContext,
  refuse: (reason: string) => void,
): Promise<AnyAuthMethod | undefined> {
  const question: SecretQuestion = {host: target.name, what: 'passphrase', prompt: file.path, shown: false};
  const open = async (): Promise<string | undefined> => {
    for (let tries = 0; secrets !== undefined && tries < passphraseTries; tries++) {
      const passphrase = await secrets.get(question);
      const pem = await unlock(file.content, passphrase);
      if (pem !== undefined) return pem;
      await secrets.refuse(question, passphrase);
    }
    refuse('the passphrase is wrong');
    return undefined;
  };
  const username = target.user;
  const {publicKey} = file;
  if (publicKey !== undefined) {
    const signer: Signer = async (key, data, hash) => {
      const pem = await whileUser(open()).catch(fail);
      if (pem === undefined) throw new Error('The key stays locked');
      return signWith(pem, key.type, data, hash);
    };
    return {type: 'agent', username, agent: await signingAgent(publicKey, signer)};
  }
  const pem = await whileUser(open());
  if (pem === undefined) return undefined;
  const {utils} = await loadSsh2();
  return {type: 'publickey', username, key: utils.parseKey(pem) as ParsedKey};
}
