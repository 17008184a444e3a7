import {quote} from '../../host/quote.ts';
import {type MadeFile, placedName, type Schedule, scheduleWords, timeWords} from './schedule.ts';
import {stamped, takeBackLine} from './stamp.ts';

type Made = {readonly path: string; readonly mode: number; readonly lines: readonly string[]};

/** The script as a program of its own. Root owns it: who runs it cannot change it. */
export function scriptFile(schedule: Schedule, script: string): MadeFile {
  const path = scriptPath(schedule.name);
  return made(schedule, {
    path,
    mode: 0o755,
    lines: ['#!/bin/sh', takeBackLine(schedule.name, schedule.vessel), script],
  });
}

const scriptPath = (name: string): string => `/usr/local/sbin/${placedName(name)}`;

/** A service that runs the script as the user of Airflow, when nothing else wants the disk, and the timer that starts it. */
export function timerFiles(schedule: Schedule, user: string): readonly MadeFile[] {
  const unit = `/etc/systemd/system/${placedName(schedule.name)}`;
  const back = takeBackLine(schedule.name, 'timer');
  const service = [
    back,
    '[Unit]',
    'Description=Delete old logs of Airflow',
    '',
    '[Service]',
    'Type=oneshot',
    `User=${user}`,
    `ExecStart=${scriptPath(schedule.name)}`,
    'Nice=10',
    'IOSchedulingClass=idle',
    '# Another clean-up of the folder ran.',
    'SuccessExitStatus=75',
    'TimeoutStartSec=12h',
    '',
  ];
  const timer = [
    back,
    '[Unit]',
    'Description=Delete old logs of Airflow every day',
    '',
    '[Timer]',
    `OnCalendar=*-*-* ${timeWords(schedule.at)}:00`,
    'Persistent=true',
    '',
    '[Install]',
    'WantedBy=timers.target',
    '',
  ];
  return [
    made(schedule, {path: `${unit}.service`, mode: 0o644, lines: service}),
    made(schedule, {path: `${unit}.timer`, mode: 0o644, lines: timer}),
  ];
}

/** A line that runs the script as the user of Airflow and sends what it says to the journal. */
export function cronFile(schedule: Schedule, user: string): MadeFile {
  const name = placedName(schedule.name);
  const {hour, minute} = schedule.at;
  return made(schedule, {
    path: `/etc/cron.d/${name}`,
    mode: 0o644,
    lines: [
      takeBackLine(schedule.name, 'cron'),
      'SHELL=/bin/sh',
      'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
      `${minute} ${hour} * * * ${user} ${scriptPath(schedule.name)} 2>&1 | logger -t ${name}`,
      '',
    ],
  });
}

/**
 * Turns over logs that a process holds open: they are copied, compressed and emptied, so that nobody has to let go of them. What is
 * older than `days` goes.
 */
export function logrotateFile(schedule: Schedule, logs: readonly string[], user: string, group: string): MadeFile {
  const days = Math.max(1, Math.round((schedule.rule.olderThanMs ?? 0) / 86_400_000));
  return made(schedule, {
    path: `/etc/logrotate.d/${placedName(schedule.name)}`,
    mode: 0o644,
    lines: [
      takeBackLine(schedule.name, 'logrotate'),
      ...logs.map(path => (path.includes(' ') ? `"${path}"` : path)),
      '{',
      `    su ${user} ${group}`,
      '    daily',
      `    rotate ${days}`,
      `    maxage ${days}`,
      '    missingok',
      '    notifempty',
      '    compress',
      '    copytruncate',
      '}',
      '',
    ],
  });
}

const made = (schedule: Schedule, {path, mode, lines}: Made): MadeFile => ({
  path,
  mode,
  text: stamped(lines.join('\n'), schedule.name, scheduleWords(schedule)),
  as: 'root',
});

/** The user that cron and systemd take as it is. To systemd a percent sign means something. */
export const isPlainUser = (user: string): boolean => quote([user]) === user && !user.includes('%');
