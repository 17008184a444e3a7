import type {Installation} from '../../config/installation.ts';
import {Problem} from '../../problems/problem.ts';
import {layoutOf} from '../layout.ts';
import {dagFile, dagPath} from './dag-file.ts';
import {cronFile, isPlainUser, logrotateFile, scriptFile, timerFiles} from './root-files.ts';
import {ageRule, type MadeFile, placedName, type Schedule, type Vessel} from './schedule.ts';
import {cleanUpScript} from './script.ts';

/** What a file depends on beside the settings: the primary group of the Airflow user, and the time by its clock. */
export type HostPlace = {readonly group: string; readonly nowMs: number};

/** The files that a schedule consists of, in the order in which they are placed. Throws `logs.cannot-schedule`, `logs.nothing-chosen`. */
export function filesOf(
  schedule: Schedule,
  installation: Installation,
  {group, nowMs}: HostPlace,
): readonly MadeFile[] {
  const {logFolder, user, runAs, dagsFolder, version} = installation;
  if (isOdd(logFolder))
    throw new Problem('logs.cannot-schedule', 'the path of the log folder has signs that a file for it cannot have');
  if ((schedule.rule.dagIds ?? []).some(isOdd))
    throw new Problem('logs.cannot-schedule', 'the id of a DAG has signs that a file for it cannot have');
  if (schedule.vessel === 'logrotate') return [logrotateOf(schedule, installation, group)];
  const script = cleanUpScript(layoutOf(logFolder, installation), ageRule(schedule.rule));
  if (schedule.vessel === 'dag') return [dagFile(schedule, script, {dagsFolder, as: runAs, version, nowMs})];
  if (!isPlainUser(user)) throw new Problem('logs.cannot-schedule', `systemd and cron do not take the user ${user}`);
  const program = scriptFile(schedule, script);
  return schedule.vessel === 'timer' ? [program, ...timerFiles(schedule, user)] : [program, cronFile(schedule, user)];
}

const isOdd = (text: string): boolean => /\p{Cc}/u.test(text) || !text.isWellFormed();

/** Of every vessel of one name the file that makes it run. */
export const mainPaths = (name: string, dagsFolder: string): Readonly<Record<Vessel, string>> => ({
  dag: dagPath(name, dagsFolder),
  timer: `/etc/systemd/system/${placedName(name)}.timer`,
  cron: `/etc/cron.d/${placedName(name)}`,
  logrotate: `/etc/logrotate.d/${placedName(name)}`,
});

/** All that was placed for a vessel, in the order in which it is removed. */
export function pathsOf(name: string, vessel: Vessel, dagsFolder: string): readonly string[] {
  const main = mainPaths(name, dagsFolder)[vessel];
  const script = `/usr/local/sbin/${placedName(name)}`;
  if (vessel === 'timer') return [main, main.replace(/timer$/, 'service'), script];
  return vessel === 'cron' ? [main, script] : [main];
}

/** The logs that a process holds open: of the DAG file processor up to 2.11, and of components that were started with `-D`. */
function logrotateOf(
  schedule: Schedule,
  {logFolder, managerLog, user, airflowHome}: Installation,
  group: string,
): MadeFile {
  const {rule} = schedule;
  if (
    rule.olderThanMs === undefined ||
    rule.downTo !== undefined ||
    rule.keepRunsPerDag ||
    (rule.dagIds ?? []).length > 0
  )
    throw new Problem('logs.cannot-schedule', 'logrotate goes by age alone: --older-than 30d');
  const others = (rule.classes ?? []).filter(each => each !== 'manager' && each !== 'component');
  if (others.length > 0)
    throw new Problem(
      'logs.cannot-schedule',
      'logrotate is for logs that stay open, the classes manager and component; take a DAG or a timer',
    );
  if (!isPlainUser(user + group)) throw new Problem('logs.cannot-schedule', `logrotate does not take the user ${user}`);
  const isWanted = (of: 'manager' | 'component') => (rule.classes ?? []).length === 0 || rule.classes?.includes(of);
  const ofManager = managerLog === undefined || !isWanted('manager') ? [] : [managerLog];
  const daemons = isWanted('component')
    ? [...new Set([logFolder, airflowHome])].flatMap(folder =>
        ['log', 'out', 'err'].map(end => `${folder}/airflow-*.${end}`),
      )
    : [];
  if (ofManager.length + daemons.length === 0)
    throw new Problem('logs.cannot-schedule', 'this Airflow keeps no log of that class open');
  const logs = [...ofManager, ...daemons];
  // Root reads the file, and where the logs are the user of Airflow may decide.
  const odd = logs.find(path => !/^\/[\p{L}\p{N} _/.*@%+:=,-]*$/u.test(path));
  if (odd !== undefined)
    throw new Problem('logs.cannot-schedule', `logrotate may read something else in the path ${odd}`);
  return logrotateFile(schedule, logs, user, group);
}
