import {spawnSync} from 'node:child_process';
import {fileURLToPath} from 'node:url';

export type PythonRead =
  | {readonly error: string; readonly line?: number}
  | {
      readonly defaults: Record<string, string>;
      readonly raw: Record<string, Record<string, string>>;
      readonly read: Record<string, Record<string, {value: string} | {error: string}>>;
    };

/** What Python's own parser makes of each file, in one process. python3 must be there. */
export function readWithPython(files: readonly Uint8Array[]): PythonRead[] {
  const script = fileURLToPath(new URL('config_parser.py', import.meta.url));
  const input = files.map(file => `${Buffer.from(file).toString('base64')}\n`).join('');
  const {status, stdout, stderr, error} = spawnSync('python3', [script], {input, maxBuffer: 2 ** 30, encoding: 'utf8'});
  if (error) throw error;
  if (status !== 0) throw new Error(`python3 ended with ${status}: ${stderr}`);
  return stdout
    .trimEnd()
    .split('\n')
    .map(line => JSON.parse(line));
}
