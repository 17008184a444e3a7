import type {PidFile} from '../../host/agent-answers.ts';
import {kindOfProcess} from '../../units/recognise.ts';
import {age} from '../../words.ts';
import type {Check, Judgement} from '../check.ts';
import {fresh, saidAt} from '../evidence.ts';

/** Each pid file is that of a process of Airflow. */
export const pidFilesCheck: Check = {
  id: 'pid-files',
  question: 'Does each pid file belong to a process of Airflow?',
  judge: evidence =>
    evidence.hosts.flatMap(({host, facts}) => {
      const seen = fresh(facts);
      if (seen === undefined) return [];
      const bad = seen.pidFiles.flatMap(file => judge(host, file, saidAt(facts)));
      if (bad.length > 0) return bad;
      const good = seen.pidFiles.map(({path, names}) => ({
        name: path,
        value: `process ${names?.pid}, of Airflow`,
        source: host,
        ...saidAt(facts),
      }));
      const none = {name: 'pid files', value: 'none', source: host, ...saidAt(facts)};
      return [
        {
          about: host,
          level: 'ok',
          text: `No pid file was left behind on ${host}.`,
          evidence: good.length > 0 ? good : [none],
        },
      ];
    }),
};

function judge(host: string, {path, names, ageMs}: PidFile, at: {readonly atMs?: number}): readonly Judgement[] {
  const program = names?.program;
  if (program !== undefined && isAirflow(program)) return [];
  const about = `${host}${path}`;
  const evidence = [
    {
      name: path,
      value: names === undefined ? 'no number' : `process ${names.pid}`,
      source: host,
      ...at,
    },
    {name: 'written', value: `${age(ageMs)} before`, source: host, ...at},
  ];
  const hint = `Remove it on ${host}, then start the component: rm ${path}.`;
  if (names === undefined || program === undefined) {
    const whose = names === undefined ? 'names no process' : `names process ${names.pid}, which is gone`;
    const text = `${path} on ${host} ${whose}: it was left behind and may keep the component from starting.`;
    return [{about, level: 'warning', text, hint, evidence}];
  }
  // Its arguments may hold a secret.
  const name = program.split(/\s+/)[0]?.split('/').at(-1) ?? '';
  const text = `${path} on ${host} names process ${names.pid}, which is ${name} now: Airflow takes it for its own and does not start.`;
  return [{about, level: 'warning', text, hint, evidence}];
}

const isAirflow = (program: string): boolean =>
  kindOfProcess(program) !== undefined || /\bairflow\b|^gunicorn: /.test(program);
