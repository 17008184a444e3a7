import * as v from 'valibot';
import {Problem} from '../problems/problem.ts';
import {oneLine} from '../text.ts';
import {type Conversation, expectShape} from './agent-conversation.ts';

const count = v.pipe(v.number(), v.integer(), v.minValue(0));
const content = v.object({
  base64: v.pipe(
    v.string(),
    v.transform(text => Buffer.from(text, 'base64')),
  ),
});
const digest = v.object({bytes: count, sha256: v.string()});
const listed = v.object({files: v.array(v.tuple([v.string(), count]))});

/** Files below a folder of the host. A name has slashes between folders. Throws `host.file-missing`, `host.file-denied`, `store.full`. */
export type AgentStore = {
  /** A file that is whole when it is there. */
  write(name: string, content: Uint8Array, signal?: AbortSignal): Promise<void>;
  /** At most some megabytes from a place on; empty at the end. */
  read(name: string, offset: number, length: number, signal?: AbortSignal): Promise<Buffer>;
  /** Reads it back on the host. */
  digest(name: string, signal?: AbortSignal): Promise<v.InferOutput<typeof digest>>;
  list(prefix: string, signal?: AbortSignal): AsyncIterable<readonly (readonly [name: string, bytes: number])[]>;
  remove(name: string): Promise<void>;
};

export function storeBelow(conversation: Conversation, folder: string): AgentStore {
  const one = async <T extends v.GenericSchema>(schema: T, request: {readonly op: string}, signal?: AbortSignal) => {
    for await (const answer of conversation.ask({folder, ...request}, folder, signal))
      return expectShape(schema, answer, folder);
    throw new Problem('host.agent-failed', oneLine(`${folder}: it answered with nothing`, 500));
  };
  const ask = (op: string, more: Readonly<Record<string, unknown>>) => ({op, ...more});
  return {
    write: async (name, bytes, signal) => {
      await one(v.object({}), ask('store_write', {name, base64: Buffer.from(bytes).toString('base64')}), signal);
    },
    read: async (name, offset, length, signal) =>
      (await one(content, ask('store_read', {name, offset, length}), signal)).base64,
    digest: (name, signal) => one(digest, ask('store_digest', {name}), signal),
    async *list(prefix, signal) {
      for await (const answer of conversation.ask({op: 'store_list', folder, prefix}, folder, signal))
        yield expectShape(listed, answer, folder).files;
    },
    remove: async name => {
      await one(v.object({}), ask('store_remove', {name}));
    },
  };
}
