import {setTimeout as pause} from 'node:timers/promises';
import type {LabInfo} from '../lab/hosts.ts';
import {type Asked, CountingProxy} from './counting-proxy.ts';
import {median, print, type Row, round} from './figures.ts';
import {type BenchHost, benchHosts, dagCount, say, webCpuSeconds, withHost} from './lab.ts';
import {cpuSecondsOf, rssBytesOf} from './process.ts';
import {install, leave} from './program.ts';
import type {TimedProgram} from './pty.ts';

/**
 * What the list of DAGs costs while nobody touches it, a minute each: the server without windsock, with the list open,
 * and with the list open in a terminal that has lost the focus.
 */
const minuteMs = 60_000;
const settleMs = 15_000;
const goals = {list: 20, unfocused: 2};
const focusOut = '\x1b[O';

const installed = await install();
const rows: Row[] = [];
const paths: string[] = [];
try {
  for (const host of benchHosts) {
    await withHost(host, async info => {
      const proxy = new CountingProxy(info.api.url);
      try {
        await measure(host, {...info.api, url: await proxy.listen()}, proxy);
      } finally {
        await proxy.close();
      }
    });
  }
  print(rows);
  console.log(paths.join('\n'));
} finally {
  installed.remove();
}

async function measure(host: BenchHost, api: LabInfo['api'], proxy: CountingProxy): Promise<void> {
  const before = webCpuSeconds(host);
  say(`${host.name}: a minute without windsock`);
  await pause(minuteMs);
  const nothing = {requests: 0, goalRequests: '', kBUp: 0, kBDown: 0};
  rows.push({name: `${host.airflow} no client`, ...nothing, serverCpuS: hundredths(webCpuSeconds(host) - before)});
  const program = installed.start(api);
  try {
    program.write('2');
    await program.shown(new RegExp(`(?<!\\d)${dagCount} DAGs`), minuteMs);
    await pause(settleMs);
    say(`${host.name}: a minute with the list of DAGs`);
    await minuteOf(`${host.airflow} DAGs`, goals.list, {host, program, proxy});
    program.write(focusOut);
    say(`${host.name}: a minute without the focus`);
    await minuteOf(`${host.airflow} DAGs, unfocused`, goals.unfocused, {host, program, proxy});
  } finally {
    await leave(program);
  }
}

type Watched = {readonly host: BenchHost; readonly program: TimedProgram; readonly proxy: CountingProxy};

async function minuteOf(name: string, goalRequests: number, {host, program, proxy}: Watched): Promise<void> {
  const memory: number[] = [];
  const watch = setInterval(() => memory.push(rssBytesOf(program.pid)), 1_000);
  const server = webCpuSeconds(host);
  const client = cpuSecondsOf(program.pid);
  proxy.empty();
  program.output = '';
  await pause(minuteMs);
  clearInterval(watch);
  rows.push({
    name,
    requests: proxy.asked.length,
    goalRequests,
    kBUp: round(proxy.bytesUp / 1000),
    kBDown: round(proxy.bytesDown / 1000),
    serverCpuS: hundredths(webCpuSeconds(host) - server),
    clientCpuS: hundredths(cpuSecondsOf(program.pid) - client),
    rssMiB: round(median(memory) / 2 ** 20),
    rssMostMiB: round(Math.max(...memory) / 2 ** 20),
    terminalBytes: Buffer.byteLength(program.output),
  });
  paths.push(`${name}:`, ...counted(proxy.asked));
}

function hundredths(value: number): number {
  return Math.round(value * 100) / 100;
}

/** "6 × GET /api/v1/dags", the queries left out. */
function counted(asked: readonly Asked[]): string[] {
  const byPath = Map.groupBy(asked, ({method, path}) => `${method} ${path.replace(/\?.*/, '')}`);
  return [...byPath].map(([what, all]) => `  ${all.length} × ${what}`);
}
