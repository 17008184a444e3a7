import type {Agent} from '../host/agent.ts';
import {Problem} from '../problems/problem.ts';
import type {Range, Store} from './store.ts';

const step = 4 * 1024 * 1024;
/** What is put here goes to the host in one piece: only what is small. */
const largestPut = 64 * 1024 * 1024;

/** A folder of a host, as its agent reads and writes it. Closing it does not end the agent. */
export function hostFolderStore(agent: Agent, folder: string): Store {
  const store = agent.store(folder);
  return {
    where: `host:${folder}`,
    look: async signal => {
      const [volume] = await agent.volumes([folder], signal);
      return volume === undefined ? {} : {freeBytes: volume.availableBytes};
    },
    put: async (name, content, signal) => {
      const parts: Uint8Array[] = [];
      let bytes = 0;
      for await (const part of content) {
        bytes += part.length;
        if (bytes > largestPut) throw new Problem('store.failed', `${name} is too large to be sent in one piece`);
        parts.push(part);
      }
      await store.write(name, Buffer.concat(parts), signal);
    },
    async *read(name: string, range?: Range, signal?: AbortSignal) {
      const {start, end} = range ?? {start: 0, end: Number.MAX_SAFE_INTEGER};
      for (let at = start; at < end; ) {
        const part = await store.read(name, at, Math.min(step, end - at), signal);
        if (part.length === 0) return;
        yield part;
        at += part.length;
      }
    },
    digest: (name, signal) => store.digest(name, signal),
    async *list(prefix, signal) {
      for await (const files of store.list(prefix, signal)) yield files.map(([name, bytes]) => ({name, bytes}));
    },
    remove: name => store.remove(name),
    close: () => {},
  };
}
