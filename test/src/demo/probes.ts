import {connect} from 'node:net';
import {connectAirflow} from '../../../src/airflow/connect.ts';
import {openHost} from '../../../src/host/open.ts';
import type {Profile} from '../../../src/profile/profile.ts';

/** Whether nothing listens at a port of this machine. */
export const refuses = (port: number): Promise<boolean> =>
  new Promise(resolve => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve(false);
    });
    socket.once('error', () => resolve(true));
  });

/** Whether there is such a process. */
export const lives = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

/** What a profile names, as windsock opens it. */
export function reach({api, hosts, become}: Profile) {
  const [address] = hosts;
  if (!api || address?.kind !== 'ssh') throw new Error('the demo names no API or no host');
  return {
    api,
    address,
    apiPort: Number(new URL(api.url).port),
    host: openHost(address, {become}),
    airflow: connectAirflow(api),
  };
}
