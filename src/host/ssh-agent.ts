import type {BaseAgent, ParsedKey} from 'ssh2';
import {loadSsh2} from './ssh-library.ts';

/** A key that the ssh agent holds; `id` is its public part, base64. */
export type AgentKey = {readonly id: string; readonly type: string; readonly key: ParsedKey};

/** The keys that the agent behind the socket offers; undefined when it does not answer. */
export async function agentKeys(socket: string): Promise<readonly AgentKey[] | undefined> {
  const {createAgent} = await loadSsh2();
  const {promise, resolve} = Promise.withResolvers<readonly AgentKey[] | undefined>();
  createAgent(socket).getIdentities((error, keys) => {
    if (error || !keys) resolve(undefined);
    else resolve((keys as ParsedKey[]).map(key => ({id: key.getPublicSSH().toString('base64'), type: key.type, key})));
  });
  return promise;
}

/** The agent with some of its keys only. `whileUser` brackets each signature: the agent may ask its owner first. */
export async function limitedAgent(
  socket: string,
  keys: ParsedKey[],
  whileUser: <T>(wait: Promise<T>) => Promise<T>,
): Promise<BaseAgent> {
  const {BaseAgent, createAgent} = await loadSsh2();
  const agent = createAgent(socket);
  class LimitedAgent extends BaseAgent<ParsedKey> {
    override getIdentities(callback: (error?: Error | null, keys?: ParsedKey[]) => void): void {
      callback(null, keys);
    }

    override sign(key: ParsedKey, data: Buffer, options: object | SignCallback, callback?: SignCallback): void {
      const signed = Promise.withResolvers<Buffer | undefined>();
      const done = typeof options === 'function' ? options : callback;
      agent.sign(key, data, typeof options === 'function' ? {} : options, (error, signature) =>
        error ? signed.reject(error) : signed.resolve(signature),
      );
      whileUser(signed.promise).then(
        signature => done?.(null, signature),
        error => done?.(error),
      );
    }
  }
  return new LimitedAgent();
}

type SignCallback = (error?: Error | null, signature?: Buffer) => void;
