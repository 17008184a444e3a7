import {type ConfigFile, changedAfterStart, type Installation} from '../../config/installation.ts';
import type {Unit} from '../../units/unit.ts';
import {shortName} from '../../units/words.ts';
import {age} from '../../words.ts';
import type {Check, Judgement} from '../check.ts';
import {type Evidence, fresh} from '../evidence.ts';
import type {Fact} from '../finding.ts';
import {installations, type Read} from '../settings.ts';

/** Each unit began after the last change of what it reads. */
export const configAgeCheck: Check = {
  id: 'config-age',
  question: 'Does each unit run with the configuration as it is now?',
  judge: evidence =>
    installations(evidence).flatMap(read => {
      const {host, installation} = read;
      const seen = fresh(evidence.hosts.find(entry => entry.host === host)?.units);
      if (seen === undefined || installation.file === undefined) return [];
      const old = seen.units.flatMap(unit => judge(evidence, read, unit, seen.seenAtMs));
      if (old.length > 0) return old;
      const text = `No unit on ${host} is older than its configuration.`;
      const files = [installation.file, ...installation.environmentFiles];
      const facts = [
        ...files.map(file => changed(file, read, evidence.nowMs)),
        ...seen.units.map(unit => started(unit, seen.seenAtMs)),
      ];
      return [{about: host, level: 'ok', text, evidence: facts}];
    }),
};

const changed = (file: ConfigFile, {host, atMs}: Read, nowMs: number): Fact => ({
  name: file.path,
  value: `changed ${age(nowMs - file.changedAtMs)} ago`,
  source: `its modification time on ${host}`,
  ...(atMs === undefined ? {} : {atMs}),
});

const started = (unit: Unit, seenAtMs: number): Fact => ({
  name: shortName(unit),
  value: unit.inStateMs === undefined ? unit.state : `${unit.state} for ${age(unit.inStateMs)}`,
  source: `systemctl on ${unit.host}`,
  atMs: seenAtMs,
});

function judge({nowMs}: Evidence, read: Read, unit: Unit, seenAtMs: number): readonly Judgement[] {
  const {installation} = read;
  const newer = filesOf(installation, unit).filter(({changedAtMs}) => changedAfterStart(changedAtMs, unit, seenAtMs));
  const last = newer.toSorted((a, b) => b.changedAtMs - a.changedAtMs)[0];
  if (last === undefined || unit.inStateMs === undefined) return [];
  const name = shortName(unit);
  const startedMs = nowMs - seenAtMs + unit.inStateMs;
  return [
    {
      about: `${unit.host}/${unit.name}`,
      level: 'warning',
      text: `${name} on ${unit.host} started ${age(startedMs)} ago, before ${last.path} was changed ${age(nowMs - last.changedAtMs)} ago.`,
      hint: `Press R on ${name}: only a restart makes it read the new values.`,
      cure: {kind: 'restart', host: unit.host, unit: unit.name},
      evidence: [...newer.map(file => changed(file, read, nowMs)), started(unit, seenAtMs)],
    },
  ];
}

/** airflow.cfg, and the EnvironmentFiles that give the unit a variable. */
function filesOf({file, environmentFiles, environments}: Installation, unit: Unit): readonly ConfigFile[] {
  const own = environments.find(environment => environment.unit === unit.name);
  const origins = [...(own?.variables.values() ?? [])].map(({from}) => from);
  const read = environmentFiles.filter(({path}) => origins.some(from => from.kind === 'file' && from.path === path));
  return [...(file === undefined ? [] : [file]), ...read];
}
