import {execFile} from 'node:child_process';
import {promisify} from 'node:util';
import {buildWindsock} from '../../build.ts';
import {lab, labHosts} from './hosts.ts';

/**
 * Starts the hosts of the lab, fresh, and stops them afterwards. Hosts that run already belong to somebody who works
 * with them: they are used as they are and left running.
 */
export default async function setup(): Promise<() => Promise<void>> {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) {
    throw new Error('The lab needs root on Linux: it starts systemd in containers (systemd-nspawn). Run it as root.');
  }
  await buildWindsock();
  const started: string[] = [];
  const stop = async () => {
    for (const name of started) await run('down', name);
  };
  try {
    for (const {name, airflow} of labHosts) {
      const {stdout} = await run('status', name).catch(() => ({stdout: ''}));
      if (/\bup\b/.test(stdout)) {
        await run('fault', name, 'heal');
        continue;
      }
      started.push(name);
      await (stdout === '' ? run('up', name, '--airflow', airflow) : run('reset', name));
    }
  } catch (error) {
    await stop();
    throw error;
  }
  return stop;
}

const run = (...args: string[]) => promisify(execFile)(lab, args, {maxBuffer: 64 * 1024 * 1024});
