import {fullInWords, soonFull} from '../../logs/growth.ts';
import type {Volume} from '../../logs/volumes.ts';
import {age, bytes} from '../../words.ts';
import type {Check, Judgement} from '../check.ts';
import {failedAt, fresh, saidAt} from '../evidence.ts';
import type {Level} from '../finding.ts';

/** The volumes that Airflow writes to have space and inodes left. */
export const volumesCheck: Check = {
  id: 'volumes',
  question: 'Have the volumes space and inodes left?',
  see: {key: '4', title: 'Logs'},
  judge: evidence =>
    evidence.hosts.flatMap(({host, facts, units, installation}) => {
      // One finding a host that cannot be asked is enough; the units have it, or the configuration.
      if (units.problem !== undefined || installation.problem !== undefined) return [];
      if (facts.problem !== undefined) {
        return [
          {
            about: host,
            level: 'unknown' as const,
            text: `The volumes of ${host} are not known: ${facts.problem.title.toLowerCase()}.`,
            hint: facts.problem.hint,
            evidence: [{name: 'answer', value: facts.problem.message, source: host, ...failedAt(facts)}],
          },
        ];
      }
      return (fresh(facts)?.volumes ?? []).map(volume => judge(volume, saidAt(facts)));
    }),
};

function levelOf(fraction: number): Level {
  if (fraction >= 0.95) return 'critical';
  return fraction >= 0.85 ? 'warning' : 'ok';
}

const dayMs = 86_400_000;

function judge(volume: Volume, at: {readonly atMs?: number}): Judgement {
  const usable = volume.usedBytes + volume.freeBytes;
  const space = usable === 0 ? 0 : volume.usedBytes / usable;
  const inodes = volume.totalInodes === 0 ? 0 : 1 - volume.freeInodes / volume.totalInodes;
  const worst = Math.max(space, inodes);
  const full = soonFull(volume);
  const isSoon = full?.isSure === true && full.ms < 3 * dayMs;
  const level = levelOf(worst) === 'ok' && isSoon ? 'warning' : levelOf(worst);
  const what = inodes > space ? 'inodes' : 'space';
  const percent = Math.floor(worst * 100);
  const name = `${volume.mountPoint} on ${volume.host}`;
  const roles = volume.roles.join(', ');
  const logs = volume.folders.find(({role}) => role === 'logs');
  const evidence = [
    {name: 'space used', value: `${Math.floor(space * 100)} %`, source: `statvfs on ${volume.host}`, ...at},
    {name: 'inodes used', value: `${Math.floor(inodes * 100)} %`, source: `statvfs on ${volume.host}`, ...at},
    {name: 'holds', value: roles, source: `the settings of ${volume.host}`, ...at},
    ...(volume.growth === undefined
      ? []
      : [
          {
            name: 'grows a day',
            value: `${volume.growth.bytesPerDay < 0 ? '-' : ''}${bytes(Math.abs(volume.growth.bytesPerDay))}`,
            source: `seen by windsock over ${age(volume.growth.overMs)}`,
          },
        ]),
  ];
  const about = `${volume.host}${volume.mountPoint}`;
  if (level === 'ok') return {about, level, text: `${name} (${roles}) is ${percent} % full.`, evidence};
  const pace = full === undefined ? '' : `; at this pace it is full in ${fullInWords(full.ms)}`;
  return {
    about,
    level,
    text: `${name} (${roles}) has used ${percent} % of its ${what}${pace}.`,
    ...(logs !== undefined
      ? {
          hint: 'C proposes which logs may go; screen 4 shows what fills it.',
          fullOfLogs: {host: volume.host, folder: logs.path},
        }
      : {hint: 'Screen 4 shows what fills it.'}),
    evidence,
  };
}
