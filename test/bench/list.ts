import {execFile} from 'node:child_process';
import {setTimeout as pause} from 'node:timers/promises';
import {promisify} from 'node:util';
import type {LabInfo} from '../lab/hosts.ts';
import {CountingProxy} from './counting-proxy.ts';
import {median, print, type Row, round, rowOf} from './figures.ts';
import {admission, benchHosts, dagCount, say, withHost} from './lab.ts';
import {type Installed, install, leave} from './program.ts';
import type {ShownProgram} from './screen.ts';

/**
 * From the start of the process, login and all, and from the key 2 on the Health screen, to the first DAG and to all of
 * them, of real Airflow; beside curl, which asks for the same pages with the same login, one after the other over one
 * connection. They take turns.
 */
const rounds = 5;
/** The login form of 2.x takes five logins in 40 s; then windsock must fall back on Basic, which costs the server more. */
const roundEveryMs = 30_000;
const withinMs = 60_000;
const firstDag = 'always_fails';
const lastDag = 'with_params';
const allDags = new RegExp(`(?<!\\d)${dagCount} DAGs`);

const installed = await install();
const rows: Row[] = [];
try {
  for (const host of benchHosts) {
    await withHost(host, async info => {
      rows.push(...(await measure(info, installed)));
    });
  }
  print(rows);
} finally {
  installed.remove();
}

type Shown = {readonly firstMs: number; readonly allMs: number};

async function measure(info: LabInfo, {start}: Installed): Promise<Row[]> {
  const pages = await pagesAsked(info, start);
  const headers = await admission(info);
  const curlArgs = [
    ...['--silent', '--show-error', '--fail', '--noproxy', '*'],
    ...Object.entries(headers).flatMap(([name, value]) => ['--header', `${name}: ${value}`]),
    ...pages.map(path => `${info.api.url}${path}`),
  ];
  const curl: number[] = [];
  const login: number[] = [];
  const fromStart: Shown[] = [];
  const fromKey: Shown[] = [];
  for (let index = 0; index < rounds; index++) {
    await pause(roundEveryMs);
    say(`${info.name}: round ${index + 1} of ${rounds}`);
    curl.push(await timeOf(() => promisify(execFile)('curl', curlArgs, {maxBuffer: 64 * 1024 * 1024})));
    login.push(await timeOf(() => admission(info)));
    const cold = start(info.api);
    fromStart.push(await dagsShown(cold, cold.startedAt));
    await leave(cold);
    const open = start(info.api);
    // The verdict, and then what the Health screen asks for beside it.
    await open.shown('Airflow is scheduling', withinMs);
    await pause(3_000);
    fromKey.push(await dagsShown(open, performance.now()));
    await leave(open);
  }
  const row = (name: string, samples: readonly number[]): Row => ({
    ...rowOf({name: `${info.airflow} ${name}`, samples}),
    timesCurl: round(median(samples) / median(curl)),
  });
  return [
    row(`curl, ${pages.length} pages`, curl),
    row('the login alone', login),
    row(
      'first DAG, from the start',
      fromStart.map(({firstMs}) => firstMs),
    ),
    row(
      `all ${dagCount}, from the start`,
      fromStart.map(({allMs}) => allMs),
    ),
    row(
      'first DAG, from the key',
      fromKey.map(({firstMs}) => firstMs),
    ),
    row(
      `all ${dagCount}, from the key`,
      fromKey.map(({allMs}) => allMs),
    ),
  ];
}

/** Presses 2, which the program also reads when it came before it was ready. */
async function dagsShown(program: ShownProgram, sinceMs: number): Promise<Shown> {
  program.write('2');
  const firstMs = (await program.shown(firstDag, withinMs)) - sinceMs;
  return {firstMs, allMs: (await program.shown(allDags, withinMs)) - sinceMs};
}

/** What windsock asks for to fill the list. Fills the cache of compiled code, too. */
async function pagesAsked(info: LabInfo, start: Installed['start']): Promise<string[]> {
  const proxy = new CountingProxy(info.api.url);
  try {
    const program = start({...info.api, url: await proxy.listen()});
    await dagsShown(program, program.startedAt);
    program.write('G');
    await program.shown(lastDag);
    await leave(program);
  } finally {
    await proxy.close();
  }
  return proxy.asked.map(({path}) => path).filter(path => /\/dags\?.*offset=/.test(path));
}

async function timeOf(work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await work();
  return performance.now() - startedAt;
}
