import {expect, test} from 'vitest';
import type {ExecOptions, Host} from '../../../../src/host/host.ts';
import {readSchedules} from '../../../../src/logs/schedule/found.ts';

const nowMs = Date.UTC(2026, 10, 25, 12);
const hourS = 3_600;
const nowS = nowMs / 1000;

type Says = {
  /** What the one script prints, without the clock and the end. */
  readonly sections: string;
  /** What `crontab -l` prints, by who asks. */
  readonly crontabs?: Readonly<Record<string, string>>;
};

/** Answers as a host did whose login user is `ops`, with a clock that is right. */
function hostSaying({sections, crontabs = {}}: Says): {readonly host: Host; readonly asked: string[]} {
  const asked: string[] = [];
  const exec = async ([, , script = '']: readonly string[], {as = 'login'}: ExecOptions = {}) => {
    const ok = (stdout: string) => ({code: 0, signal: undefined, stdout, stderr: ''});
    if (!script.includes('crontab -l')) return ok(`#clock\n${nowS} 0\n${sections}\n#end\n`);
    const who = script.includes('sudo') ? 'root' : typeof as === 'object' ? as.user : 'ops';
    asked.push(who);
    return ok(crontabs[who] === undefined ? '' : `=crontab of ${who}\n${crontabs[who]}\n`);
  };
  const commandAs = (argv: readonly string[]) => ['sudo', '-n', ...argv];
  return {host: {name: 'af-1', exec, commandAs} as unknown as Host, asked};
}

const installation = {logFolder: '/var/log/airflow', airflowHome: '/opt/airflow', runAs: {user: 'airflow'}};

const found = async (says: Says) => (await readSchedules(hostSaying(says).host, installation, () => nowMs)).found;

test('crontabs of users are read: of the login user, the Airflow user and root', async () => {
  const line = '0 4 * * * find /var/log/airflow -name "*.log" -mtime +30 -delete';
  const crontabs = {ops: `# mine\n${line}`, airflow: line, root: `MAILTO=""\n0 5 * * * /usr/bin/backup\n${line}`};
  expect(await found({sections: '', crontabs})).toEqual(
    ['ops', 'airflow', 'root'].map(user => ({kind: 'cron', name: `crontab of ${user}`, does: line})),
  );
});

test('a crontab that is about something else, or commented out, is none', async () => {
  const crontabs = {airflow: '#0 4 * * * find /var/log/airflow -delete\n0 5 * * * airflow dags trigger catalog'};
  expect(await found({sections: '', crontabs})).toEqual([]);
});

test('where sudo does not let the crontab of root be read, it is not asked again', async () => {
  const {host, asked} = hostSaying({sections: ''});
  await readSchedules(host, installation, () => nowMs);
  await readSchedules(host, installation, () => nowMs);
  expect(asked.filter(who => who === 'root')).toHaveLength(1);
});

test('a script of cron.daily that names the folder in one line and deletes in another is found', async () => {
  const script = '=/etc/cron.daily/tidy\nDIR=/var/log/airflow\nfind "$DIR" -mtime +9 -delete';
  expect(await found({sections: `#cron\n${script}\n=/etc/cron.daily/man-db\nrm -f /var/log/man`})).toEqual([
    {kind: 'cron', name: '/etc/cron.daily/tidy', does: 'find "$DIR" -mtime +9 -delete'},
  ]);
});

test('a rule of logrotate ran when logrotate last did, if it was there by then', async () => {
  const rule = '=/etc/logrotate.d/airflow\n/var/log/airflow/*.log\n{';
  const rotated = (ruleHours: number, lastHours: number) =>
    `#logrotate\n${rule}\n#rotated\n${nowS - lastHours * hourS} /var/lib/logrotate/status\n${nowS - ruleHours * hourS} /etc/logrotate.d/airflow`;
  const told = {kind: 'logrotate', name: '/etc/logrotate.d/airflow', does: '/var/log/airflow/*.log'};
  expect(await found({sections: rotated(48, 5)})).toEqual([{...told, lastRunMs: nowMs - 5 * hourS * 1000}]);
  expect(await found({sections: rotated(2, 5)})).toEqual([told]);
  expect(await found({sections: `#logrotate\n${rule}\n#rotated`})).toEqual([told]);
});
