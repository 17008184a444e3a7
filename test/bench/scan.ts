import {execFileSync} from 'node:child_process';
import {mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {parseArgs} from 'node:util';
import type {Host} from '../../src/host/host.ts';
import {openHost} from '../../src/host/open.ts';
import {layoutOf} from '../../src/logs/layout.ts';
import {usage} from '../../src/logs/usage.ts';
import {lab, labExec, labInfo} from '../lab/hosts.ts';
import {median, print, type Row, round} from './figures.ts';
import {say} from './lab.ts';
import {rssBytesOf} from './process.ts';
import {install, leave} from './program.ts';

/**
 * How long a scan of the log folder takes over SSH, against what a host has for it: they take turns, with the same priority as
 * the agent gives itself. `--million`: a tree of 1,000,000 `--files`, cold and once, through the screens. `--host`: a lab host of
 * one's own; its Airflow is stopped meanwhile.
 */
const {values: options} = parseArgs({
  options: {
    million: {type: 'boolean', default: false},
    files: {type: 'string', default: '1000000'},
    rounds: {type: 'string', default: '5'},
    host: {type: 'string', default: 'benchscan'},
  },
});
const goals = {firstRowMs: 300, warm: 1, cold: 0.5, windsockMiB: 150, agentMiB: 100};
const rounds = Number(options.rounds);

const hostName = options.host;
// `up` waits for an Airflow that answers, which one that runs need not do.
if (!/\bup\b/.test(statusOf(hostName))) {
  execFileSync(lab, ['up', hostName, '--airflow', '2.11.0', '--log-size', '12G'], {stdio: 'ignore'});
}
const info = await labInfo(hostName);
await labExec(hostName, 'sh', '-c', 'command -v ncdu || apt-get install -qy ncdu');
const home = `${info.logs}/scan-bench`;
const folder = mkdtempSync(join(tmpdir(), 'windsock-bench-'));
const installed = await install();
const rows: Row[] = [];
try {
  await labExec(hostName, 'sh', '-c', `systemctl stop 'airflow-*'; mkdir -p ${home} && chown airflow: ${home}`);
  const host = connect();
  try {
    if (options.million) await million(host);
    else {
      for (const files of [20_000, 200_000]) await warm(host, files);
      await cold(host, 200_000);
    }
  } finally {
    host.close();
  }
  print(rows);
} finally {
  installed.remove();
  rmSync(folder, {recursive: true});
  await labExec(hostName, 'sh', '-c', `rm -rf ${home}; systemctl start ${info.units.join(' ')}`);
}

async function warm(host: Host, files: number): Promise<void> {
  const root = await tree(files);
  await takeTurns(host, `${files} files, warm`, root, {rounds, before: async () => {}, goal: goals.warm});
  if (files !== 200_000) await labExec(hostName, 'rm', '-rf', root);
}

async function cold(host: Host, files: number): Promise<void> {
  const root = await tree(files);
  const before = async () => {
    execFileSync('sh', ['-c', 'sync; echo 3 >/proc/sys/vm/drop_caches']);
    // What runs it shall not be part of what is measured.
    await host.exec([
      'sh',
      '-c',
      'find /dev/null -printf ""; du -s /dev/null; python3 -c "import json, hashlib, ctypes"',
    ]);
  };
  await takeTurns(host, `${files} files, cold`, root, {rounds: Math.min(rounds, 3), before, goal: goals.cold});
  await labExec(hostName, 'rm', '-rf', root);
}

type Turns = {readonly rounds: number; readonly before: () => Promise<void>; readonly goal: number};

async function takeTurns(host: Host, name: string, root: string, {rounds, before, goal}: Turns): Promise<void> {
  const peers = [
    ['find -printf', `find ${root} -type f -printf '%s %b %T@ %p\\n'`],
    ['du -s', `du -s ${root}`],
    ['ncdu -o', `ncdu -x -0 -o- ${root}`],
  ] as const;
  const times = new Map<string, {wall: number[]; cpu: number[]}>();
  const note = (who: string, wall: number, cpu: number) => {
    const seen = times.get(who) ?? {wall: [], cpu: []};
    seen.wall.push(wall);
    seen.cpu.push(cpu);
    times.set(who, seen);
  };
  const first: number[] = [];
  const memory = {rss: 0, pss: 0, processes: 0};
  for (let round = -1; round < rounds; round++) {
    for (const [who, command] of peers) {
      await before();
      const startedMs = performance.now();
      const script = `nice -n 10 ${command} >/dev/null; code=$?; times; exit $code`;
      const {code, stdout} = await host.exec(['sh', '-c', script], {as: {user: 'airflow'}, timeoutMs: 900_000});
      if (code !== 0) {
        if (round < 0) say(`${who} is missing on the host or failed: ${code}`);
        continue;
      }
      if (round >= 0) note(who, performance.now() - startedMs, secondsOf(stdout.split('\n')[1] ?? ''));
    }
    await before();
    const watch = watchAgent();
    const scanned = await scanOnce(host, root);
    const seen = watch.stop();
    if (round < 0) continue;
    note('windsock', scanned.allMs, seen.cpuSeconds);
    first.push(scanned.firstMs);
    if (seen.rss > memory.rss) Object.assign(memory, seen);
  }
  const find = times.get('find -printf');
  for (const [who, {wall, cpu}] of times) {
    const ratios = wall.map((ms, turn) => ms / (find?.wall[turn] ?? Number.NaN));
    rows.push({
      name: `${name}: ${who}`,
      medianMs: round(median(wall)),
      leastMs: round(Math.min(...wall)),
      cpuS: round(median(cpu)),
      toFind: Math.round(median(ratios) * 100) / 100,
      samples: wall.length,
      ...(who !== 'windsock'
        ? {}
        : {
            goal,
            firstRowMs: round(median(first)),
            goalMs: goals.firstRowMs,
            agentRssMiB: round(memory.rss / 2 ** 20),
            agentPssMiB: round(memory.pss / 2 ** 20),
            processes: memory.processes,
          }),
    });
  }
}

/** From the request to the first row and to the end, over a connection that is open; the start of the agent is in it. */
async function scanOnce(host: Host, root: string): Promise<{firstMs: number; allMs: number}> {
  const startedMs = performance.now();
  let firstMs = Number.NaN;
  for await (const {entries, state} of usage(host, [layoutOf(root)], {as: {user: 'airflow'}})) {
    if (Number.isNaN(firstMs) && entries.length > 0) firstMs = performance.now() - startedMs;
    if (state === 'done') return {firstMs, allMs: performance.now() - startedMs};
  }
  throw new Error('the scan did not end');
}

/** As somebody does it who opens windsock and presses 4. */
async function million(host: Host): Promise<void> {
  const logs = info.logs;
  const files = Number(options.files);
  await tree(files, logs);
  try {
    execFileSync('sh', ['-c', 'sync; echo 3 >/proc/sys/vm/drop_caches']);
    const program = installed.start(info.api, hostSection());
    try {
      const watch = watchAgent();
      const rss: number[] = [];
      const sample = setInterval(() => rss.push(rssBytesOf(program.pid)), 200);
      await program.shown('1 Health', 20_000);
      program.write('4');
      const startedMs = performance.now();
      const firstAt = await program.shown('task logs', 60_000);
      const doneAt = await program.shown(/[\d,]{6,} files, .* counted/, 3_600_000);
      clearInterval(sample);
      const seen = watch.stop();
      rows.push({
        name: `${files} files, cold, through the screens`,
        firstRowMs: round(firstAt - startedMs),
        seconds: round((doneAt - startedMs) / 1000),
        windsockRssMiB: round(Math.max(...rss) / 2 ** 20),
        goalMiB: goals.windsockMiB,
        agentRssMiB: round(seen.rss / 2 ** 20),
        agentPssMiB: round(seen.pss / 2 ** 20),
        agentGoalMiB: goals.agentMiB,
        processes: seen.processes,
      });
    } finally {
      await leave(program);
    }
    execFileSync('sh', ['-c', 'sync; echo 3 >/proc/sys/vm/drop_caches']);
    const startedMs = performance.now();
    await host.exec(['sh', '-c', `nice -n 10 find ${logs} -type f -printf '%s %b %T@ %p\\n' >/dev/null`], {
      as: {user: 'airflow'},
      timeoutMs: 3_600_000,
    });
    rows.push({name: `${files} files, cold: find -printf`, seconds: round((performance.now() - startedMs) / 1000)});
  } finally {
    await labExec(hostName, 'sh', '-c', `rm -rf ${logs}/dag_id=team*`);
  }
}

function statusOf(name: string): string {
  try {
    return execFileSync(lab, ['status', name], {encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore']});
  } catch {
    return '';
  }
}

/** Written once: the next measurement finds it. */
async function tree(files: number, root = `${home}/${files}`): Promise<string> {
  say(`${files} files`);
  const script = readFileSync(new URL('log-tree.py', import.meta.url), 'utf8');
  const write = 'test -e "$1"/dag_id=team1_etl_001 || runuser -u airflow -- python3 -c "$0" "$1" "$2"';
  await labExec(hostName, 'sh', '-c', write, script, root, String(files));
  return root;
}

function connect(): Host {
  const {ssh} = info;
  const known = join(folder, 'known_hosts');
  writeFileSync(known, `[${ssh.host}]:${ssh.port} ${ssh.hostKey}\n`);
  return openHost(
    {
      kind: 'ssh',
      name: hostName,
      host: ssh.host,
      port: ssh.port,
      user: 'ops',
      identityFiles: [ssh.users.ops?.key ?? ''],
      knownHostsFiles: [known],
      configFile: 'none',
    },
    {become: 'sudo'},
  );
}

function hostSection(): string {
  const {ssh} = info;
  return [
    `hosts = ssh://ops@${ssh.host}:${ssh.port}`,
    `identity_file = ${ssh.users.ops?.key}`,
    `known_hosts = ${join(folder, 'known_hosts')}`,
    '',
  ].join('\n');
}

/** "0m1.230s 0m0.450s" of the children: user and system. */
function secondsOf(line: string): number {
  return [...line.matchAll(/(\d+)m([\d.]+)s/g)].reduce((sum, [, min, s]) => sum + Number(min) * 60 + Number(s), 0);
}

/** The agent's processes on the host, which runs on this kernel: the most memory at one time, and their CPU. */
function watchAgent(): {stop(): {rss: number; pss: number; processes: number; cpuSeconds: number}} {
  const most = {rss: 0, pss: 0, processes: 0};
  const cpu = new Map<string, number>();
  const look = () => {
    const now = {rss: 0, pss: 0, processes: 0};
    for (const pid of readdirSync('/proc').filter(name => /^\d+$/.test(name))) {
      try {
        if (!readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('\0-Ic\0import sys;exec')) continue;
        if (!readFileSync(`/proc/${pid}/cmdline`, 'utf8').startsWith('python')) continue;
        if (!readFileSync(`/proc/${pid}/cgroup`, 'utf8').includes(`lab-${info.name}/`)) continue;
        const memory = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8');
        const of = (field: string) => Number(new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(memory)?.[1] ?? 0) * 1024;
        now.rss += of('Rss');
        now.pss += of('Pss');
        now.processes++;
        const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
          .replace(/^.*\) /s, '')
          .split(' ');
        cpu.set(pid, (Number(fields[11]) + Number(fields[12])) / 100);
      } catch {
        // It has ended meanwhile.
      }
    }
    if (now.rss > most.rss) Object.assign(most, now);
  };
  const timer = setInterval(look, 100);
  return {
    stop: () => {
      clearInterval(timer);
      return {...most, cpuSeconds: [...cpu.values()].reduce((sum, each) => sum + each, 0)};
    },
  };
}
