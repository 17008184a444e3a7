import type {Host, RunAs} from '../../host/host.ts';
import {canRun} from '../../host/sudo.ts';
import {Problem} from '../../problems/problem.ts';
import {oneLine} from '../../text.ts';
import type {Vessel} from './schedule.ts';

/** What a host has that a schedule needs. */
export type HostTools = {
  readonly nowMs: number;
  /** The primary group of the Airflow user. */
  readonly group: string;
  readonly hasGnuFind: boolean;
  readonly hasSystemd: boolean;
  readonly hasCron: boolean;
  readonly hasLogger: boolean;
  readonly hasLogrotate: boolean;
};

const script = `
LC_ALL=C; PATH=$PATH:/usr/sbin:/sbin; export LC_ALL PATH
date +%s
id -gn -- "$1" || echo
find --version 2>/dev/null | head -n 1 | grep -c GNU
test -d /run/systemd/system; echo $?
ps -e -o comm= | grep -cE '^(cron|crond|cronie)$'
command -v logger >/dev/null; echo $?
command -v logrotate >/dev/null; echo $?
`;

/** One exec. */
export async function readTools(host: Host, user: string, signal: AbortSignal): Promise<HostTools> {
  const {stdout, stderr} = await host.exec(['sh', '-c', script, 'sh', user], {signal});
  const [seconds, group, find, systemd, cron, logger, logrotate] = stdout.split('\n').map(line => line.trim());
  if (logrotate === undefined || logrotate === '')
    throw new Problem('host.command-failed', `${host.name}: ${oneLine(stderr, 200)}`);
  return {
    nowMs: Number(seconds) * 1000,
    group: group || user,
    hasGnuFind: find !== '0',
    hasSystemd: systemd === '0',
    hasCron: cron !== '0',
    hasLogger: logger === '0',
    hasLogrotate: logrotate === '0',
  };
}

/** Why the host cannot run it, or undefined. */
export function lacking(vessel: Vessel, tools: HostTools): string | undefined {
  if (vessel === 'logrotate') return tools.hasLogrotate ? undefined : 'logrotate is not installed there';
  if (!tools.hasGnuFind) return 'it has no GNU find';
  if (vessel === 'timer' && !tools.hasSystemd) return 'systemd did not start it';
  if (vessel === 'cron' && !tools.hasCron) return 'no cron runs there';
  return vessel === 'cron' && !tools.hasLogger ? 'it has no logger, which would take what the script says' : undefined;
}

/** Whether the login user may run the agent as somebody else. */
export const mayPlace = (host: Host, as: RunAs): Promise<boolean> => canRun(host, ['python3', '-Ic', 'pass'], as);
