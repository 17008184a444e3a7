import {execFile} from 'node:child_process';
import {promisify} from 'node:util';
import * as v from 'valibot';

/** The script that makes, breaks and heals the hosts. */
export const lab = new URL('lab', import.meta.url).pathname;

export type LabHost = {readonly name: string; readonly airflow: string; readonly options?: readonly string[]};

/** Other names for the hosts of one's own: LAB_HOSTS=h2,h3 and LAB_SOUND_HOSTS. */
const named = (variable: string, two: string, three: string): readonly [string, string] => {
  const [first = two, second = three] = process.env[variable]?.split(',') ?? [];
  return [first, second];
};
const [a2, a3] = named('LAB_HOSTS', 'a2', 'a3');
const [s2, s3] = named('LAB_SOUND_HOSTS', 's2', 's3');

/** The hosts that the lab tests use: one for each API. */
export const labHosts = [
  {name: a2, airflow: '2.11.0'},
  {name: a3, airflow: '3.3.2'},
] as const satisfies readonly LabHost[];

/** Airflows that nothing is to be said against. Their log volumes are soon full. */
export const soundHosts = [
  {name: s2, airflow: '2.11.0', options: ['--sound', '--log-size', '256M']},
  {name: s3, airflow: '3.3.2', options: ['--sound', '--log-size', '256M']},
] as const satisfies readonly LabHost[];

const account = v.object({password: v.string()});
const info = v.object({
  name: v.string(),
  airflow: v.string(),
  airflowHome: v.string(),
  dags: v.string(),
  logs: v.string(),
  units: v.array(v.string()),
  ssh: v.object({
    host: v.string(),
    port: v.number(),
    hostKey: v.string(),
    users: v.record(v.string(), v.object({key: v.string(), password: v.string()})),
  }),
  api: v.object({url: v.string(), username: v.string(), password: v.string(), users: v.record(v.string(), account)}),
  postgres: v.nullable(v.object({port: v.number()})),
  onThisMachine: v.object({logs: v.string()}),
});

export type LabInfo = v.InferOutput<typeof info>;

/** What a client needs of a lab host that runs. */
export async function labInfo(name: string): Promise<LabInfo> {
  const {stdout} = await promisify(execFile)(lab, ['info', name]);
  return v.parse(info, JSON.parse(stdout));
}

/** Breaks or heals something: `lab help` lists what. */
export async function labFault(name: string, ...what: readonly string[]): Promise<void> {
  await promisify(execFile)(lab, ['fault', name, ...what]);
}

/** Runs a command inside the host as root. Returns what it printed. Throws when it fails. */
export async function labExec(name: string, ...argv: readonly string[]): Promise<string> {
  const {stdout} = await promisify(execFile)(lab, ['exec', name, ...argv], {maxBuffer: 64 * 1024 * 1024});
  return stdout;
}

/**
 * Starts hosts, fresh; what it returns stops them. Hosts that run already belong to somebody who works with them: they are used as
 * they are and left running.
 */
export async function startHosts(hosts: readonly LabHost[]): Promise<() => Promise<void>> {
  const started: string[] = [];
  const stop = async () => {
    await Promise.all(started.map(name => run('down', name)));
  };
  try {
    // Not at once: while they start they want all of the processors, and one that waits for long is taken for one that died.
    for (const {name, airflow, options = []} of hosts) {
      const {stdout} = await run('status', name).catch(() => ({stdout: ''}));
      if (/\bup\b/.test(stdout)) {
        await run('fault', name, 'heal');
        continue;
      }
      started.push(name);
      await (stdout === '' ? run('up', name, '--airflow', airflow, ...options) : run('reset', name));
    }
  } catch (error) {
    await stop();
    throw error;
  }
  return stop;
}

const run = (...args: string[]) => promisify(execFile)(lab, args, {maxBuffer: 64 * 1024 * 1024});
