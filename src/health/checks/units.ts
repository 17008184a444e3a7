import type {Unit} from '../../units/unit.ts';
import {howItEnded, shortName} from '../../units/words.ts';
import {age} from '../../words.ts';
import type {Check, Judgement} from '../check.ts';
import {failedAt, fresh} from '../evidence.ts';
import type {Level} from '../finding.ts';

/** Each unit is as it should be, and each component has one. */
export const unitsCheck: Check = {
  id: 'units',
  question: 'Is each unit active, and does a unit own each component?',
  judge: evidence =>
    evidence.hosts.flatMap(({host, units}) => {
      if (units.problem !== undefined) {
        return [
          {
            about: host,
            level: 'unknown' as const,
            text: `The units of ${host} are not known: ${units.problem.title.toLowerCase()}${units.problem.detail === '' ? '' : ` (${units.problem.detail})`}.`,
            hint: units.problem.hint,
            evidence: [{name: 'answer', value: units.problem.message, source: host, ...failedAt(units)}],
          },
        ];
      }
      const seen = fresh(units);
      if (seen === undefined) return [];
      const loose = seen.loose.map<Judgement>(({component, pid, why}) => ({
        about: `${host}/${pid}`,
        level: 'warning',
        text: `No unit runs the ${component} on ${host} (process ${pid}). ${why}`,
        hint: 'Let a systemd unit run it: then it starts with the machine, comes back after a crash, and R restarts it.',
        evidence: [{name: 'process', value: String(pid), source: `ps on ${host}`, atMs: seen.seenAtMs}],
      }));
      const none: Judgement[] =
        seen.units.length + seen.loose.length > 0
          ? []
          : [
              {
                about: host,
                level: 'warning',
                text: `Nothing on ${host} runs Airflow: neither a unit nor a process was found.`,
                hint: 'Is this the right host? windsock finds units by the airflow command that they run.',
                evidence: [
                  {name: 'units that run Airflow', value: 'none', source: `systemctl on ${host}`, atMs: seen.seenAtMs},
                  {name: 'processes of Airflow', value: 'none', source: `ps on ${host}`, atMs: seen.seenAtMs},
                ],
              },
            ];
      return [...seen.units.map(unit => judge(unit, seen.seenAtMs)), ...loose, ...none];
    }),
};

/** Restarts by systemd are counted from the last start by hand: a few in many days are no loop. */
const isLooping = ({restarts = 0, inStateMs = Number.POSITIVE_INFINITY}: Unit): boolean =>
  restarts >= 3 && inStateMs < 2 * 60_000;

function judge(unit: Unit, atMs: number): Judgement {
  const name = shortName(unit);
  const since = unit.inStateMs === undefined ? '' : ` for ${age(unit.inStateMs)}`;
  const ended = howItEnded(unit);
  const why = ended === undefined ? '' : ` (${ended})`;
  const fact = (label: string, value: string) => ({name: label, value, source: `systemctl on ${unit.host}`, atMs});
  const facts = [
    fact('state', `${unit.state} (${unit.subState})${since}`),
    ...(unit.restarts === undefined ? [] : [fact('restarts by systemd', String(unit.restarts))]),
    ...(ended === undefined ? [] : [fact('ended', ended)]),
    ...(unit.enabled === '' ? [] : [fact('start with the machine', unit.enabled)]),
    ...(unit.needsDaemonReload ? [fact('file of the unit', 'changed after systemd read it')] : []),
  ];
  const about = `${unit.host}/${unit.name}`;
  const bad = (level: Level, text: string, hint: string, kind?: 'restart' | 'start'): Judgement => ({
    about,
    level,
    text,
    hint,
    unit: {host: unit.host, unit: unit.name},
    ...(kind === undefined ? {} : {cure: {kind, host: unit.host, unit: unit.name}}),
    evidence: facts,
  });
  switch (unit.state) {
    case 'active':
    case 'reloading':
      if (unit.enabled.startsWith('masked')) {
        return bad(
          'warning',
          `${name} on ${unit.host} is masked: once it ends, systemd does not start it again.`,
          `As root there: systemctl unmask ${name}.`,
        );
      }
      if (isLooping(unit)) {
        return bad(
          'critical',
          `${name} on ${unit.host} ends again and again: systemd has restarted it ${unit.restarts} times, the last time ${age(unit.inStateMs ?? 0)} ago.`,
          'Press l on it: its last lines say why it ends.',
        );
      }
      if (unit.needsDaemonReload) {
        return bad(
          'warning',
          `The file of ${name} on ${unit.host} changed after systemd read it: a restart goes by the old one.`,
          'As root there: systemctl daemon-reload, then R here.',
        );
      }
      return {about, level: 'ok', text: `${name} on ${unit.host} is active${since}.`, evidence: facts};
    case 'activating':
      if (unit.subState === 'auto-restart') {
        return bad(
          'critical',
          `${name} on ${unit.host} ends and is started again, over and over${why}.`,
          'Press l on it: its last lines say why it ends.',
        );
      }
      return bad('note', `${name} on ${unit.host} is starting.`, 'Wait a moment.');
    case 'deactivating':
      return bad(
        'warning',
        `${name} on ${unit.host} is stopping${since}.`,
        'Wait until it has stopped, then start it.',
      );
    case 'failed':
      return bad(
        'critical',
        `${name} on ${unit.host} is failed${since}${why}.`,
        `Press R on ${name} to restart it, l to see its last lines.`,
        'restart',
      );
    case 'inactive':
      return bad(
        unit.enabled === 'disabled' ? 'note' : 'critical',
        `${name} on ${unit.host} is not running${since}.`,
        `Press U on ${name} to start it.`,
        'start',
      );
    case 'masked':
      return bad(
        'warning',
        `${name} on ${unit.host} is masked: systemd refuses to start it.`,
        `As root there: systemctl unmask ${name}.`,
      );
    default:
      return bad('warning', `${name} on ${unit.host} is ${unit.state}.`, 'Look at the host.');
  }
}
