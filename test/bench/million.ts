import {execFileSync, spawn} from 'node:child_process';
import {once} from 'node:events';
import {mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {buildWindsock} from '../../build.ts';
import {type LabInfo, lab, labExec, labInfo} from '../lab/hosts.ts';
import {type Row, round} from './figures.ts';
import {say} from './lab.ts';
import {peakBytesOf} from './process.ts';

const goalMiB = 150;

/**
 * The most memory that `logs clean` takes on this side, while it plans for so many files of a lab host and while it deletes those
 * that are older than thirty days. Its Airflow is stopped meanwhile.
 */
export async function millionCleaned(hostName: string, files: number): Promise<readonly Row[]> {
  if (!isUp(hostName)) {
    execFileSync(lab, ['up', hostName, '--airflow', '2.11.0', '--log-size', '12G'], {stdio: 'ignore'});
  }
  const info = await labInfo(hostName);
  const folder = mkdtempSync(join(tmpdir(), 'windsock-bench-'));
  try {
    await buildWindsock(join(folder, 'dist'));
    writeProfile(folder, info);
    await labExec(hostName, 'sh', '-c', "systemctl stop 'airflow-*'");
    say(`${files} files`);
    const script = readFileSync(new URL('log-tree.py', import.meta.url), 'utf8');
    const write = 'test -e "$1"/dag_id=team1_etl_001 || runuser -u airflow -- python3 -c "$0" "$1" "$2"';
    await labExec(hostName, 'sh', '-c', write, script, info.logs, String(files));
    const rule = ['logs', 'clean', '--older-than', '30d'];
    const rows: Row[] = [];
    for (const [name, how] of [
      ['planned', '--dry-run'],
      ['planned and deleted', '--yes'],
    ] as const) {
      const {code, said, peakBytes, tookMs} = await watched(folder, [...rule, how]);
      if (code !== 0) throw new Error(`${name}: exit code ${code}: ${said}`);
      const taken = /delete ([\d,]+) files/.exec(said)?.[1] ?? 'no';
      say(`${name}: ${taken} files`);
      rows.push({
        name: `${files} files, ${name}`,
        deletes: Number(taken.replaceAll(',', '')),
        windsockRssMiB: round(peakBytes / 2 ** 20),
        goalMiB,
        seconds: round(tookMs / 1000),
      });
    }
    return rows;
  } finally {
    rmSync(folder, {recursive: true});
    await labExec(hostName, 'sh', '-c', `rm -rf ${info.logs}/dag_id=team*; systemctl start ${info.units.join(' ')}`);
  }
}

function isUp(name: string): boolean {
  try {
    return /\bup\b/.test(execFileSync(lab, ['status', name], {encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore']}));
  } catch {
    return false;
  }
}

/** Without an API, which is stopped. */
function writeProfile(folder: string, {ssh}: LabInfo): void {
  const known = join(folder, 'known_hosts');
  writeFileSync(known, `[${ssh.host}]:${ssh.port} ${ssh.hostKey}\n`);
  const lines = [
    '[bench]',
    `hosts = ssh://ops@${ssh.host}:${ssh.port}`,
    `identity_file = ${ssh.users.ops?.key}`,
    `known_hosts = ${known}`,
    '',
  ];
  writeFileSync(join(folder, 'profiles.ini'), lines.join('\n'), {mode: 0o600});
}

async function watched(folder: string, argv: readonly string[]) {
  const startedMs = performance.now();
  const program = [join(folder, 'dist/windsock.js'), ...argv, '--profiles', join(folder, 'profiles.ini')];
  const child = spawn(process.execPath, program, {
    env: {...process.env, XDG_STATE_HOME: join(folder, 'state'), XDG_CACHE_HOME: join(folder, 'cache')},
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      said = `${said}${text}`.slice(-20_000);
    });
  }
  let peakBytes = 0;
  const timer = setInterval(() => {
    peakBytes = Math.max(peakBytes, peakBytesOf(child.pid ?? 0));
  }, 50);
  const [code] = await once(child, 'close');
  clearInterval(timer);
  return {code: code as number | null, said, peakBytes, tookMs: performance.now() - startedMs};
}
