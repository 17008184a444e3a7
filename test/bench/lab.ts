import {execFile, execFileSync} from 'node:child_process';
import {existsSync, readFileSync} from 'node:fs';
import {setTimeout as pause} from 'node:timers/promises';
import {promisify} from 'node:util';
import {connectAirflow} from '../../src/airflow/connect.ts';
import {byPassword, type PasswordLogin} from '../../src/airflow/credentials.ts';
import {Http} from '../../src/airflow/http.ts';
import {readVersion} from '../../src/airflow/versions.ts';
import type {ApiAddress} from '../../src/profile/profile.ts';
import {type LabInfo, lab, labExec, labInfo} from '../lab/hosts.ts';

/** The hosts of the benchmarks: one for each API. The lab tests have others, and break them. */
export const benchHosts = [
  {name: 'bench2', airflow: '2.11.0', web: 'airflow-webserver', parser: 'airflow-scheduler'},
  {name: 'bench3', airflow: '3.3.2', web: 'airflow-api-server', parser: 'airflow-dag-processor'},
] as const;

export type BenchHost = (typeof benchHosts)[number];

/** As many as flowrs was measured with: 9 of the lab, the rest generated. */
export const dagCount = 504;
const generated = dagCount - 9;

const parseWithinMs = 15 * 60_000;

/** Works with a host that lists all the DAGs. One that was not up is started before and stopped afterwards. */
export async function withHost(host: BenchHost, work: (info: LabInfo) => Promise<void>): Promise<void> {
  const {name, airflow} = host;
  const {stdout} = await run('status', name).catch(() => ({stdout: ''}));
  const isUp = /\bup\b/.test(stdout);
  const interrupted = () => {
    execFileSync(lab, ['down', name]);
    process.exit(130);
  };
  if (!isUp) process.once('SIGINT', interrupted);
  try {
    if (!isUp) {
      say(`starting ${name} (Airflow ${airflow})`);
      await run('up', name, '--airflow', airflow);
    }
    const info = await labInfo(name);
    await allListed(info);
    await calm(host);
    await work(info);
  } finally {
    process.off('SIGINT', interrupted);
    if (!isUp) await run('down', name);
  }
}

async function allListed(info: LabInfo): Promise<void> {
  const airflow = connectAirflow(addressOf(info));
  const listed = async (): Promise<number> => {
    let total = 0;
    for await (const page of (await airflow()).dags()) total = page.total;
    return total;
  };
  if ((await listed()) === dagCount) return;
  say(`${info.name}: waiting for ${dagCount} DAGs`);
  await run('more-dags', info.name, String(generated));
  const giveUpMs = performance.now() + parseWithinMs;
  for (;;) {
    const total = await listed();
    if (total === dagCount) return;
    if (total > dagCount || performance.now() > giveUpMs) throw new Error(`${info.name} lists ${total} DAGs`);
    await pause(5_000);
  }
}

/**
 * Waits until the DAG files are parsed, and keeps Airflow from parsing them again every 30 s: with so many that takes
 * all the CPU that a small machine has.
 */
async function calm(host: BenchHost): Promise<void> {
  const settings = ['SCHEDULER', 'DAG_PROCESSOR'].map(
    section => `AIRFLOW__${section}__MIN_FILE_PROCESS_INTERVAL=86400\\n`,
  );
  const file = '/etc/default/airflow';
  const script = `grep -q MIN_FILE_PROCESS ${file} || { printf '${settings.join('')}' >>${file}; systemctl restart ${host.parser}; }`;
  await labExec(host.name, 'sh', '-c', script);
  const everyMs = 10_000;
  say(`${host.name}: waiting until the DAG files are parsed`);
  for (let before = Number.NEGATIVE_INFINITY; ; ) {
    const now = cpuSeconds(host, host.parser);
    if (now - before < 2) return;
    before = now;
    await pause(everyMs);
  }
}

/** The headers that admit windsock to this host: a session cookie (2.x) or a token (3.x). */
export async function admission(info: LabInfo): Promise<Readonly<Record<string, string>>> {
  const version = readVersion(info.airflow);
  if (version === undefined) throw new Error(`${info.airflow} is no version`);
  const address = addressOf(info);
  const context = {http: new Http(address), version, hidden: new Set<string>(), now: Date.now};
  const {headers} = await byPassword(address.login, context)();
  if (headers.authorization?.startsWith('Basic')) throw new Error(`${info.name}: the login form was sent too often`);
  return headers;
}

function addressOf({api}: LabInfo): ApiAddress & {readonly login: PasswordLogin} {
  const password = async () => api.password;
  return {
    url: api.url,
    login: {kind: 'password', user: api.username, password},
    timeoutMs: 30_000,
    insecure: false,
  };
}

/** Seconds of CPU that the web server of the host has used. */
export const webCpuSeconds = (host: BenchHost): number => cpuSeconds(host, host.web);

/** Counted by the kernel for the control group of the unit: processes that have ended are in it. */
function cpuSeconds({name}: BenchHost, unit: string): number {
  const group = `lab-${name}/payload/system.slice/${unit}.service/cpu.stat`;
  const file = ['unified/', ''].map(root => `/sys/fs/cgroup/${root}${group}`).find(existsSync);
  if (file === undefined) throw new Error(`no control group of version 2 has ${group}`);
  return Number(/^usage_usec (\d+)$/m.exec(readFileSync(file, 'utf8'))?.[1]) / 1e6;
}

/** Progress goes where it is not taken for a result. */
export function say(text: string): void {
  process.stderr.write(`${text}\n`);
}

const run = (...args: string[]) => promisify(execFile)(lab, args, {maxBuffer: 64 * 1024 * 1024});
