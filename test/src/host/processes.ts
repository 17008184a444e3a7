import {readFile} from 'node:fs/promises';
import {vi} from 'vitest';

/** Waits until the process has ended. */
export async function ended(pid: number): Promise<void> {
  await vi.waitFor(
    async () => {
      // A zombie has ended, too: who started it has not looked yet.
      const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => ') X');
      if (!/\) [XZ]/.test(stat)) throw new Error(`${pid} still runs`);
    },
    {timeout: 10_000, interval: 20},
  );
}
