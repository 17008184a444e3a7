import {buildWindsock} from '../../build.ts';
import {labHosts, startHosts} from './hosts.ts';

/** Starts the hosts of the lab, and stops them afterwards. */
export default async function setup(): Promise<() => Promise<void>> {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) {
    throw new Error('The lab needs root on Linux: it starts systemd in containers (systemd-nspawn). Run it as root.');
  }
  await buildWindsock();
  return startHosts(labHosts);
}
