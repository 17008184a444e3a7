import {mkdirSync, mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {buildWindsock} from '../../build.ts';
import {report} from './figures.ts';
import {TimedProgram} from './pty.ts';

/** From the start of the process to what the demo shows, in a terminal of 200×50; the variants take turns. */
const starts = 20;

const folder = mkdtempSync(join(tmpdir(), 'windsock-bench-'));
try {
  mkdirSync(join(folder, 'cache'));
  await buildWindsock(join(folder, 'dist'));
  const program = [process.execPath, join(folder, 'dist/windsock.js'), '--demo'];
  const floor: number[] = [];
  const paint: number[] = [];
  const live: number[] = [];
  const verdict: number[] = [];
  // The first start fills the cache of compiled code.
  for (let index = -2; index < starts; index++) {
    const bare = await start([process.execPath, '-e', 'process.stdout.write("ready")'], ['ready']);
    const demo = await start(program, ['connecting', '\x1b[?2026l', 'Nothing is being scheduled']);
    if (index < 0) continue;
    floor.push(bare[0] ?? Number.NaN);
    paint.push(demo[0] ?? Number.NaN);
    live.push(demo[1] ?? Number.NaN);
    verdict.push(demo[2] ?? Number.NaN);
  }
  report([
    {name: 'node -e (the floor)', samples: floor},
    {name: 'first paint', samples: paint, goalMs: 150},
    {name: 'first frame of the screens', samples: live},
    {name: 'verdict of the demo', samples: verdict},
  ]);
} finally {
  rmSync(folder, {recursive: true});
}

/** Milliseconds until each of the texts was written. */
async function start(argv: readonly string[], texts: readonly string[]): Promise<number[]> {
  const program = new TimedProgram(argv, {}, {XDG_CACHE_HOME: join(folder, 'cache')});
  const times: number[] = [];
  for (const text of texts) times.push((await program.seen(text)) - program.startedAt);
  // Leaves as a user does, so that the compiled code is kept.
  program.end('SIGTERM');
  await program.ended;
  return times;
}
