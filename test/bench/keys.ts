import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {build} from 'esbuild';
import {bundle} from '../../build.ts';
import {type Figure, report} from './figures.ts';
import {TimedProgram} from './pty.ts';

/** From a key to the last byte of the frame that shows what it did, on a table of 5,000 rows in a terminal of 200×50. */
const endOfFrame = '\x1b[?2026l';
const repeats = 100;
const pauseMs = 40;

const folder = mkdtempSync(join(tmpdir(), 'windsock-bench-'));
try {
  await build({
    ...bundle,
    entryPoints: [fileURLToPath(new URL('keys-app.tsx', import.meta.url))],
    outdir: folder,
    plugins: [...bundle.plugins],
  });
  report(await measure(join(folder, 'keys-app.js')));
} finally {
  rmSync(folder, {recursive: true});
}

async function measure(app: string): Promise<Figure[]> {
  const program = new TimedProgram([process.execPath, app]);
  await program.seen('5,000 runs');
  await pause(300);
  const press = async (keys: string): Promise<number> => {
    program.output = '';
    const at = performance.now();
    program.write(keys);
    const ms = (await program.seen(endOfFrame)) - at;
    await pause(pauseMs);
    return ms;
  };
  const times = async (keys: (index: number) => string): Promise<number[]> => {
    const samples: number[] = [];
    for (let index = 0; index < repeats; index++) samples.push(await press(keys(index)));
    return samples;
  };
  await times(index => (index % 2 === 0 ? 'j' : 'k'));
  const move = await times(index => (index % 2 === 0 ? 'j' : 'k'));
  const mark = await times(() => ' ');
  await press('G');
  await press('g');
  for (let index = 0; index < 50; index++) await press('j');
  const scroll = await times(() => 'j');
  const page = await times(() => '\x1b[6~');
  const ends = await times(index => (index % 2 === 0 ? 'G' : 'g'));
  program.write('q');
  await program.ended;
  return [
    {name: 'move within the screen', samples: move, goalMs: 10},
    {name: 'mark a row', samples: mark, goalMs: 10},
    {name: 'scroll by a row', samples: scroll, goalMs: 10},
    {name: 'page down', samples: page},
    {name: 'first and last row', samples: ends},
  ];
}

function pause(ms: number): Promise<void> {
  return new Promise(resolve => setTimeout(resolve, ms));
}
