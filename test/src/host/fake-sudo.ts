import {chmod, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {onTestFinished, vi} from 'vitest';
import {newFolder} from './folder.ts';

/** Puts a `sudo` made of these lines of shell first in PATH, for one test. Its arguments are `-n -u USER -- COMMAND…`. */
export async function fakeSudo(lines: string): Promise<void> {
  const folder = await newFolder();
  const sudo = join(folder, 'sudo');
  await writeFile(sudo, `#!/bin/sh\n${lines}\n`);
  await chmod(sudo, 0o755);
  vi.stubEnv('PATH', `${folder}:${process.env.PATH}`);
  onTestFinished(() => {
    vi.unstubAllEnvs();
  });
}
