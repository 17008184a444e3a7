import {type DemoProcess, processes} from '../world/processes.ts';
import {readArguments} from './arguments.ts';
import type {Program} from './program.ts';
import {bootedAt} from './uptime.ts';

const valued = ['-o', '--format', '-p', '--pid', '--ppid', '-u', '--user', '-U', '-C', '-O', '--sort'];

/** ps of the demo's machine: its units' processes, systemd and the login, in the columns that -o names. */
export const ps: Program = ({args, world, folder, out}) => {
  const given = readArguments(args, valued);
  const now = world.clock.now();
  const boot = {user: 'root', residentKib: 12_000, startedAt: bootedAt(world), unit: ''};
  const all: DemoProcess[] = [
    {...boot, pid: 1, ppid: 0, title: '/sbin/init'},
    {...boot, pid: 612, ppid: 1, title: 'sshd: /usr/sbin/sshd -D [listener] 0 of 10-100 startups'},
    ...processes(world, folder.airflowProgram),
  ];
  const pids = given.options('-p', '--pid').flatMap(list => list.split(/[ ,]/));
  const negated = given.option('-N', '--deselect') !== undefined;
  const shown = pids.length === 0 || negated ? all : all.filter(({pid}) => pids.includes(String(pid)));
  const columns = given.options('-o', '--format').flatMap(list => readColumns(list));
  const wanted = columns.length > 0 ? columns : readColumns('pid,user,rss,args');
  const rows = shown.map(process => wanted.map(({name}) => cell(process, name, now)));
  if (wanted.some(({header}) => header !== '')) rows.unshift(wanted.map(({header}) => header));
  const widths = wanted.map((_, i) => Math.max(...rows.map(row => row[i]?.length ?? 0)));
  for (const row of rows)
    out(`${row.map((text, i) => text.padStart(i === row.length - 1 ? 0 : (widths[i] ?? 0))).join(' ')}\n`);
  return shown.length > 0 ? 0 : 1;
};

/** `pid=,user:32=` names columns without a header. */
function readColumns(list: string): {name: string; header: string}[] {
  return list.split(',').map(column => {
    const [name = '', header] = column.split('=');
    const plain = name.split(':')[0] ?? '';
    return {name: plain, header: header ?? plain.toUpperCase()};
  });
}

function cell(process: DemoProcess, column: string, now: number): string {
  switch (column) {
    case 'pid':
      return String(process.pid);
    case 'ppid':
      return String(process.ppid);
    case 'etimes':
      return String(Math.max(0, Math.floor((now - process.startedAt) / 1000)));
    case 'rss':
      return String(process.residentKib);
    case 'user':
    case 'euser':
      return process.user;
    case 'args':
    case 'command':
    case 'cmd':
      return process.title;
    case 'comm':
      return (process.title.split(' ')[0] ?? '').replace(/^.*\//, '');
    case 'unit':
      return process.unit || '-';
    default:
      return '-';
  }
}
