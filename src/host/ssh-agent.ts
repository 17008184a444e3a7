import type {BaseAgent, ParsedKey} from 'ssh2';
import {loadSsh2} from './ssh-library.ts';

/** The keys that the agent behind the socket offers, as far as ssh2 can use them; undefined when it does not answer. */
export async function agentKeys(socket: string): Promise<readonly ParsedKey[] | undefined> {
  const {createAgent} = await loadSsh2();
  const {promise, resolve} = Promise.withResolvers<readonly ParsedKey[] | undefined>();
  createAgent(socket).getIdentities((error, keys) => resolve(error || !keys ? undefined : (keys as ParsedKey[])));
  return promise;
}

/** Signs by a key; `hash` is what ssh2 chose for an RSA key. Rejects when it will not. */
export type Signer = (key: ParsedKey, data: Buffer, hash: string | undefined) => Promise<Buffer>;

/** What looks like an agent with this key to ssh2: it shows the public part, and signs only when the host accepts that. */
export async function signingAgent(only: ParsedKey, signer: Signer): Promise<BaseAgent> {
  const {BaseAgent} = await loadSsh2();
  class SigningAgent extends BaseAgent<ParsedKey> {
    override getIdentities(callback: (error?: Error | null, keys?: ParsedKey[]) => void): void {
      callback(null, [only]);
    }

    override sign(key: ParsedKey, data: Buffer, options: SignOptions | SignCallback, callback?: SignCallback): void {
      const done = typeof options === 'function' ? options : callback;
      signer(key, data, typeof options === 'function' ? undefined : options.hash).then(
        signature => done?.(null, signature),
        error => done?.(error),
      );
    }
  }
  return new SigningAgent();
}

type SignOptions = {readonly hash?: string};
type SignCallback = (error?: Error | null, signature?: Buffer) => void;

/** Signs by the agent behind the socket. */
export async function agentSigner(socket: string): Promise<Signer> {
  const {createAgent} = await loadSsh2();
  const agent = createAgent(socket);
  return (key, data, hash) => {
    const {promise, resolve, reject} = Promise.withResolvers<Buffer>();
    agent.sign(key, data, hash === undefined ? {} : {hash: hash as 'sha256'}, (error, signature) =>
      signature === undefined ? reject(error ?? new Error('no signature')) : resolve(signature),
    );
    return promise;
  };
}
