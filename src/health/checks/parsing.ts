import {oneLine} from '../../text.ts';
import {age} from '../../words.ts';
import type {Check, Judgement} from '../check.ts';
import {type Evidence, fresh, type HostEvidence} from '../evidence.ts';
import {unitsOf} from '../heartbeat.ts';
import type {Parsing} from '../parsing.ts';

/** The manager of 2.x writes its table every 30 s, and each time that it looks for files. */
const silentMs = 5 * 60_000;

/** Airflow gives a file up after 30 s (dagbag_import_timeout). */
const slowMs = 10_000;

/** DAG files are read, and none takes long. Up to 2.11; in 3.x the heartbeat of the DAG processor tells. */
export const parsingCheck: Check = {
  id: 'parsing',
  question: 'Are DAG files read, and none for too long?',
  see: {key: '2', title: 'DAGs'},
  judge: evidence => evidence.hosts.flatMap(host => judge(evidence, host)),
};

function judge(evidence: Evidence, {host, facts}: HostEvidence): readonly Judgement[] {
  const parsing = fresh(facts)?.parsing;
  // An old log says nothing where nobody should write it.
  const runs = ['scheduler', 'dag-processor'] as const;
  const parser = runs
    .flatMap(component => unitsOf(evidence, component))
    .find(unit => unit.host === host && unit.state === 'active' && (unit.inStateMs ?? 0) > silentMs);
  if (parsing === undefined) return [];
  const silent = parsing.writtenAgoMs + (evidence.nowMs - (facts.atMs ?? evidence.nowMs));
  const slowest = parsing.files.toSorted((a, b) => b.tookMs - a.tookMs)[0];
  const evidenceOf = factsOf(host, parsing, facts.atMs);
  if (parser !== undefined && silent > silentMs) {
    return [
      {
        about: host,
        level: 'warning',
        text: `The DAG files on ${host} have not been read for ${age(silent)}: changes are not seen.`,
        hint: 'Look at the journal of the scheduler (l), which runs the DagFileProcessorManager; R on it starts a new one.',
        unit: {host, unit: parser.name},
        evidence: evidenceOf,
      },
    ];
  }
  if (slowest !== undefined && slowest.tookMs >= slowMs) {
    const file = slowest.path.split('/').at(-1) ?? slowest.path;
    return [
      {
        about: host,
        level: 'warning',
        text: `${file} on ${host} takes ${age(slowest.tookMs)} to read, each time; Airflow gives up after dagbag_import_timeout.`,
        hint: 'Move what takes so long out of the top level of the file, into a task.',
        evidence: evidenceOf,
      },
    ];
  }
  const files = parsing.files.length === 1 ? '1 DAG file is' : `${parsing.files.length} DAG files are`;
  return [{about: host, level: 'ok', text: `${files} read on ${host}, none for long.`, evidence: evidenceOf}];
}

function factsOf(host: string, {path, writtenAgoMs, files}: Parsing, atMs: number | undefined) {
  const at = atMs === undefined ? {} : {atMs};
  const slowest = files.toSorted((a, b) => b.tookMs - a.tookMs).slice(0, 5);
  return [
    {name: 'last written', value: `${age(writtenAgoMs)} before`, source: `${path} on ${host}`, ...at},
    ...slowest.map(file => ({
      name: `file ${oneLine(file.path, 200)}`,
      value: `${(file.tookMs / 1000).toFixed(2)} s`,
      source: `${path} on ${host}`,
      ...at,
    })),
  ];
}
