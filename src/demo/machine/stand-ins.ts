import {chmodSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import type {Folder} from '../files/folder.ts';

const entryTimes = `
import os
names = [name for name in dir(os.stat_result) if name.startswith("st_")]
def aged(ask):
    def stat(*args, **kwargs):
        real = ask(*args, **kwargs)
        told = {name: getattr(real, name) for name in names}
        told.update(st_ctime=real.st_mtime, st_ctime_ns=real.st_mtime_ns)
        return os.stat_result(tuple(real)[:9] + (int(real.st_mtime),), told)
    return stat
os.stat, os.fstat = aged(os.stat), aged(os.fstat)
`;

/** Stand-in programs that need nobody to ask, as texts of /bin/sh. */
function scripts({root, proc, airflowHome}: Folder): Readonly<Record<string, string>> {
  return {
    // Whatever may be asked for is allowed, and runs as who runs the demo: but programs of one's own as root, which would write
    // to the real machine where root runs the demo.
    sudo: `list= user=root
while [ $# -gt 0 ]; do
  case $1 in
    -u) user=$2; shift 2 ;;
    -g | -p | -C | -D | -h | -r | -t | -T | -U) shift; [ $# -eq 0 ] || shift ;;
    -l | -ll) list=1; shift ;;
    -v | -k | -K) shift ;;
    --) shift; break ;;
    -*) shift ;;
    *) break ;;
  esac
done
case $user:$1 in
  root:python3) echo "Sorry, user demo is not allowed to execute '$1' as root on demo-1." >&2; exit 1 ;;
esac
[ -z "$list" ] && [ $# -gt 0 ] || { printf '%s\\n' "$*"; exit 0; }
exec env "$@"
`,
    // What it finds in the world's /proc is named as if it were there.
    grep: `real=$(PATH=/usr/bin:/bin command -v grep)
for each do
  case $each in
    ${proc}/*) "$real" "$@" | sed 's#^${proc}/#/proc/#'; exit 0 ;;
  esac
done
exec "$real" "$@"
`,
    id: `case $* in
  -un | -u\\ -n | -nu) echo demo ;;
  *) PATH=/usr/bin:/bin exec id "$@" ;;
esac
`,
    // The system sets the times of an entry itself: files of the demo are as old as their content.
    stat: `for each do
  shift
  set -- "$@" "$(printf %s "$each" | sed 's/%[ZW]/%Y/g')"
done
exec "$(PATH=\${PATH#*:}; command -v stat)" "$@"
`,
    python3: `real=$(PATH=\${PATH#*:}; command -v python3)
[ "$1" = -Ic ] || exec "$real" "$@"
code=$2
shift 2
exec "$real" -Ic '${entryTimes}'"
$code" "$@"
`,
    // Not every system has it.
    timeout: `real=$(PATH=\${PATH#*:}; command -v timeout) && exec "$real" "$@"
shift
exec "$@"
`,
    whoami: 'echo demo\n',
    hostname: 'echo demo-1\n',
    getent: `case "$1 $2" in
  "passwd airflow" | "passwd $(PATH=/usr/bin:/bin command id -u)")
    echo "airflow:x:$(PATH=/usr/bin:/bin command id -u):$(PATH=/usr/bin:/bin command id -g)::${airflowHome}:/bin/bash" ;;
  "passwd demo") echo "demo:x:1000:1000::${root}/home:/bin/sh" ;;
  "group airflow") echo "airflow:x:$(PATH=/usr/bin:/bin command id -g):" ;;
  "group demo") echo "demo:x:1000:" ;;
  *) exit 2 ;;
esac
`,
  };
}

/** Programs that would reach out of the demo: on its machine they are not there. */
const absent =
  'at batch crontab systemd-run service loginctl busctl su doas pkexec runuser machinectl docker podman kubectl shutdown reboot rpm'.split(
    ' ',
  );

/** Those that a command may name by their whole path. */
export const standInNames: readonly string[] = [
  ...['systemctl', 'journalctl', 'ps', 'date', 'last', 'stat', 'sudo', 'getent', 'id', 'whoami', 'hostname'],
  ...absent,
];

/** Writes them, executable, into the folder that is first in PATH. */
export function writeStandIns(folder: Folder): void {
  const notThere = absent.map(name => [name, `echo "sh: ${name}: not found" >&2\nexit 127\n`] as const);
  for (const [name, script] of [...Object.entries(scripts(folder)), ...notThere]) {
    const path = join(folder.bin, name);
    writeFileSync(path, `#!/bin/sh\n${script}`);
    chmodSync(path, 0o755);
  }
}
