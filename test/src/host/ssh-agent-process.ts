import {execFileSync, spawn} from 'node:child_process';
import {once} from 'node:events';
import {writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {createInterface} from 'node:readline';
import {onTestFinished} from 'vitest';
import {newFolder} from './folder.ts';

/** A real ssh-agent that holds these private keys, for one test. Returns the path of its socket. */
export async function startSshAgent(privateKeys: readonly string[]): Promise<string> {
  const folder = await newFolder();
  const socket = join(folder, 'agent');
  const agent = spawn('ssh-agent', ['-D', '-a', socket], {stdio: ['ignore', 'pipe', 'inherit']});
  onTestFinished(() => {
    agent.kill();
  });
  // It prints how to reach it once it listens.
  await once(createInterface({input: agent.stdout}), 'line');
  for (const [index, key] of privateKeys.entries()) {
    const file = join(folder, `key${index}`);
    await writeFile(file, key, {mode: 0o600});
    execFileSync('ssh-add', ['-q', file], {env: {...process.env, SSH_AUTH_SOCK: socket}});
  }
  return socket;
}
