import {spawn} from 'node:child_process';
import {text} from 'node:stream/consumers';

/** What a line prints that somebody pastes into a shell; `typed` is what they type then. Without a terminal: stdin stands for it. */
export async function pasted(line: string, typed = '', env: NodeJS.ProcessEnv = {}): Promise<string> {
  const child = spawn('sh', ['-c', line], {detached: true, stdio: 'pipe', env: {PATH: process.env.PATH, ...env}});
  child.stdin.on('error', () => {});
  child.stdin.end(typed);
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
  if (stdout === '') throw new Error(`It printed nothing: ${stderr}`);
  return stdout;
}
