import {execFile, execFileSync} from 'node:child_process';
import {rmSync} from 'node:fs';
import {mkdir, mkdtemp, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {parseArgs, promisify} from 'node:util';
import {openHost} from '../../src/host/open.ts';
import {cleanUp} from '../../src/logs/clean-up.ts';
import {execute} from '../../src/operations/execute.ts';
import {PlanFolder} from '../../src/profile/plan-folder.ts';
import {median, print, round} from './figures.ts';
import {millionCleaned} from './million.ts';

/**
 * Deletes a tree of task logs on a file system of its own (ext4 on a loop device), by a clean-up of windsock, which checks
 * every file, and by `find -delete`; they take turns, each on a tree that was just made. The time of windsock is that of
 * the step that is confirmed, with the start of its agent; its plan was made before. Both have the niceness of the agent.
 * `timesFind` is the median of the rounds; `bestTimes` compares the best of both, which others on the machine disturb least.
 * `--million`: the memory of the built program that cleans up 1,000,000 files of a lab host (`--host`) over SSH.
 */
const {values: options, positionals} = parseArgs({
  options: {million: {type: 'boolean', default: false}, host: {type: 'string', default: 'benchscan'}},
  allowPositionals: true,
});
if (options.million) {
  print(await millionCleaned(options.host, Number(positionals[0] ?? 1_000_000)));
  process.exit();
}
const files = Number(positionals[0] ?? 50_000);
const rounds = Number(positionals[1] ?? 9);

const run = promisify(execFile);
const say = (text: string) => process.stderr.write(`${text}\n`);

if (process.getuid?.() !== 0) throw new Error('It mounts a file system: run it as root.');
const folder = await mkdtemp(join(tmpdir(), 'windsock-bench-delete-'));
const volume = join(folder, 'volume');
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    execFileSync('umount', ['--lazy', volume]);
    rmSync(folder, {recursive: true, force: true});
    process.exit(130);
  });
}
const host = openHost({kind: 'local', name: 'local'}, {become: 'none'});
try {
  await mkdir(volume);
  await run('sh', ['-c', 'truncate -s 4G image && mkfs.ext4 -q -N 2000000 image && mount -o loop image volume'], {
    cwd: folder,
  });
  const found: number[] = [];
  const own: number[] = [];
  const plans: number[] = [];
  for (let index = 0; index < rounds; index++) {
    const turns = [byFind, byWindsock];
    for (const turn of index % 2 === 0 ? turns : turns.toReversed()) await turn();
    say(`round ${index + 1} of ${rounds}: find ${found.at(-1)}, windsock ${own.at(-1)} entries a second`);
  }
  const row = (name: string, samples: readonly number[]) => ({
    name,
    perSecond: Math.round(median(samples)),
    least: Math.min(...samples),
    most: Math.max(...samples),
    samples: samples.length,
  });
  const ratios = own.map((perSecond, index) => perSecond / (found[index] ?? Number.NaN));
  const two = (ratio: number) => Math.round(ratio * 100) / 100;
  print([
    row('find -delete, files and folders', found),
    {
      ...row('windsock, files and folders, each checked', own),
      timesFind: two(median(ratios)),
      bestTimes: two(Math.max(...own) / Math.max(...found)),
      goal: 0.9,
    },
    {name: 'the plan before it', medianMs: round(median(plans)), files},
  ]);

  async function byFind(): Promise<void> {
    const logs = await newTree('find');
    const entries = await count(logs);
    const startedMs = performance.now();
    await run('nice', ['-n', '10', 'find', logs, '-mindepth', '1', '-delete']);
    found.push(Math.round(entries / ((performance.now() - startedMs) / 1000)));
    await rm(logs, {recursive: true});
  }

  async function byWindsock(): Promise<void> {
    const logs = await newTree('windsock');
    const entries = await count(logs);
    const places = {runAs: 'login' as const, python: undefined, logFolder: logs, otherLogFolders: []};
    const context = {
      host,
      installation: async () => ({...places, logTemplate: undefined, dagFileLogFolders: [], managerLog: undefined}),
      cleaned: {profile: 'bench', address: 'local'},
      folder: new PlanFolder(join(folder, 'state')),
      now: Date.now,
    };
    const never = new AbortController().signal;
    const askedMs = performance.now();
    const plan = await cleanUp(context, {olderThanMs: 30 * 86_400_000}).plan(never);
    plans.push(performance.now() - askedMs);
    const report = await execute('logs.clean', plan, never);
    const [step] = report.results;
    if (report.outcome !== 'done' || step === undefined) throw new Error(JSON.stringify(report));
    own.push(Math.round(entries / (step.tookMs / 1000)));
    const left = await count(logs);
    if (left !== 0) throw new Error(`${left} entries are left: ${step.said}`);
    await rm(logs, {recursive: true});
  }
} finally {
  host.close();
  await run('umount', [volume]).catch(() => {});
  await rm(folder, {recursive: true, force: true});
}

/** Runs of ten tasks with a file in a folder each, a hundred runs a DAG; all sixty days old, and on the disk. */
async function newTree(name: string): Promise<string> {
  const logs = join(volume, name);
  const script = `
import os, sys
root, files = sys.argv[1], int(sys.argv[2])
old = 1_600_000_000
line = b'x' * 3000
for n in range(files):
    path = '%s/dag_id=etl_%03d/run_id=scheduled__2020-09-13T%06d/task_id=task_%d' % (root, n // 1000, n // 10, n % 10)
    os.makedirs(path)
    with open(path + '/attempt=1.log', 'wb') as file:
        file.write(line)
    os.utime(path + '/attempt=1.log', (old, old))
for here, _, _ in os.walk(root, topdown=False):
    os.utime(here, (old, old))
os.sync()
`;
  await run('python3', ['-c', script, logs, String(files)]);
  return logs;
}

async function count(folderPath: string): Promise<number> {
  const {stdout} = await run('sh', ['-c', 'find "$0" -mindepth 1 -printf x | wc -c', folderPath]);
  return Number(stdout);
}
