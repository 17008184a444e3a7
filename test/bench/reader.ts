import {execFileSync} from 'node:child_process';
import {cpSync, mkdtempSync, rmSync} from 'node:fs';
import {open} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {build} from 'esbuild';
import {bundle} from '../../build.ts';
import {median, print, type Row, round} from './figures.ts';
import {TimedProgram} from './pty.ts';

/** From a key to the end of the frame that shows what it did, on logs of 200,000 lines and of 2 GB; a search against grep. */
const endOfFrame = '\x1b[?2026l';
const repeats = 60;
const sizes = [
  {name: '200,000 lines', lines: 200_000, padding: 60},
  {name: '2 GB', lines: 10_000_000, padding: 140},
] as const;

const folder = mkdtempSync(join(tmpdir(), 'windsock-bench-'));
try {
  await build({
    ...bundle,
    entryPoints: [fileURLToPath(new URL('reader-app.tsx', import.meta.url))],
    outdir: folder,
    plugins: [...bundle.plugins],
  });
  cpSync(fileURLToPath(new URL('../../src/host/agent', import.meta.url)), join(folder, 'agent'), {recursive: true});
  const rows: Row[] = [];
  for (const {name, lines, padding} of sizes) {
    const path = join(folder, 'x.log');
    await write(path, lines, padding);
    rows.push(await measure(name, path, lines));
  }
  print(rows);
} finally {
  rmSync(folder, {recursive: true});
}

async function write(path: string, lines: number, padding: number): Promise<void> {
  const file = await open(path, 'w');
  const filling = 'x'.repeat(padding);
  for (let from = 0; from < lines; from += 50_000) {
    const part: string[] = [];
    for (let line = from; line < Math.min(lines, from + 50_000); line++) {
      const at = new Date(Date.UTC(2026, 0, 1) + line * 100).toISOString().replace('Z', '+0000');
      part.push(`[${at}] {job.py:12} INFO - line ${line} ${filling}\n`);
    }
    await file.write(part.join(''));
  }
  await file.close();
}

async function measure(name: string, path: string, lines: number): Promise<Row> {
  const program = new TimedProgram([process.execPath, join(folder, 'reader-app.js'), path]);
  const openMs = (await program.seen(`line ${lines - 1} `, 60_000)) - program.startedAt;
  await pause(1_000);
  const press = async (keys: string, until: string | RegExp = endOfFrame): Promise<number> => {
    program.output = '';
    const at = performance.now();
    program.write(keys);
    const ms = (await program.seen(until, 120_000)) - at;
    await pause(60);
    return ms;
  };
  const times = async (keys: (index: number) => string): Promise<number> => {
    const samples: number[] = [];
    for (let index = 0; index < repeats; index++) samples.push(await press(keys(index)));
    return median(samples);
  };
  const up = await times(() => 'k');
  const pages = await times(() => '\x1b[5~');
  const first = await press('g', /line 0 /);
  const down = await times(() => 'j');
  const last = await press('G', new RegExp(`line ${lines - 1} `));
  await press('g', /line 0 /);
  const wanted = `line ${lines - 5} `;
  const searchMs = await press(`/${wanted}\r`, new RegExp(`line ${lines - 1} `));
  program.write('\x1bq');
  await Promise.race([program.ended, pause(2_000)]);
  program.end('SIGTERM');
  const grepAt = performance.now();
  execFileSync('grep', ['-n', '-m1', '-F', wanted, path]);
  const grepMs = performance.now() - grepAt;
  return {
    name,
    openMs: round(openMs),
    upMs: round(up),
    downMs: round(down),
    pageUpMs: round(pages),
    firstMs: round(first),
    lastMs: round(last),
    searchMs: round(searchMs),
    grepMs: round(grepMs),
    searchToGrep: round(searchMs / grepMs),
  };
}

function pause(ms: number): Promise<void> {
  return new Promise(resolve => setTimeout(resolve, ms));
}
