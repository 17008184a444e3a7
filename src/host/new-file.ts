import {open, unlink} from 'node:fs/promises';
import {homedir} from 'node:os';
import {resolve} from 'node:path';
import {Problem} from '../problems/problem.ts';

/**
 * Writes texts to a file on this machine that does not exist yet, for the user alone. Returns its path. A file that could not be
 * finished is taken away. Throws `reader.exists`, `reader.cannot-save`, and what `texts` throws.
 */
export async function writeNewFile(name: string, texts: AsyncIterable<string>): Promise<string> {
  const path = resolve(name.replace(/^~(?=\/)/, homedir()));
  const refuse = (error: NodeJS.ErrnoException) =>
    new Problem(error.code === 'EEXIST' ? 'reader.exists' : 'reader.cannot-save', `${path} (${error.code})`);
  const file = await open(path, 'wx', 0o600).catch((error: NodeJS.ErrnoException) => {
    throw refuse(error);
  });
  let isWhole = false;
  try {
    for await (const text of texts) {
      await file.write(text).catch((error: NodeJS.ErrnoException) => {
        throw refuse(error);
      });
    }
    isWhole = true;
  } finally {
    await file.close();
    if (!isWhole) await unlink(path).catch(() => {});
  }
  return path;
}
