import type {Question} from '../../components/form/form-store.ts';
import {classWords} from '../../src/logs/class-words.ts';
import type {LogClass} from '../../src/logs/layout.ts';
import {type Rule, readLogAge, readTarget} from '../../src/logs/rule.ts';
import type {CleanWish} from './clean-wish.ts';

const rotates = 'manager log, copied to .1 and emptied';

const classes: Readonly<Record<string, readonly LogClass[]>> = {
  all: [],
  [classWords.task.logs]: ['task'],
  [classWords['dag-file'].logs]: ['dag-file'],
  'manager log, emptied while it grows': ['manager'],
  [rotates]: ['manager'],
};

/** What grows is not archived. */
const archived = ['all', 'task logs', 'logs of DAG files'];

export const allHosts = (hosts: readonly string[]): string => `all ${hosts.length} hosts`;

/** In place of Airflow's files. */
export const journalChoice = 'journal of the host, by root';

/**
 * What the form of a clean-up asks for. On a full volume what is old by a day goes, and no more than is needed. `folders`: those
 * that Airflow writes logs to; `hosts`: all of the profile.
 */
export function cleanQuestions(
  {host, isFull, folder, under, dagId, journal, into}: CleanWish,
  {folders, hosts}: {readonly folders: readonly string[]; readonly hosts: readonly string[]},
): readonly Question[] {
  const [own = ''] = folders;
  const place: Question = {
    id: 'folder',
    label: 'log folder',
    text: folder !== undefined && folders.includes(folder) ? folder : own,
    choices: folders,
    check: () => undefined,
  };
  const where: Question = {
    id: 'host',
    label: 'on',
    text: host,
    choices: [host, allHosts(hosts)],
    check: () => undefined,
  };
  return [
    ...(hosts.length > 1 && under === undefined ? [where] : []),
    ...(folders.length > 1 && under === undefined ? [place] : []),
    {
      id: 'age',
      label: 'older than',
      text: under !== undefined ? '' : isFull ? '1 d' : '30 d',
      hint: '30 d, 12 h, 6 w; empty: any but the last hour',
      check: text =>
        text.trim() === '' || readLogAge(text) !== undefined ? undefined : 'This is no age: 30 d, 12 h, 6 w.',
    },
    {
      id: 'target',
      label: 'down to',
      text: under === undefined && isFull ? '70 %' : '',
      hint: '70 % or 20 GB used, the oldest go first; empty: all. Of a journal its own size: 500 MB',
      check: text =>
        text.trim() === '' || readTarget(text) !== undefined ? undefined : 'This is no level: 70 % or 20 GB.',
    },
    {
      id: 'keep',
      label: 'keep the last runs',
      text: '',
      hint: 'So many runs of each DAG stay, however old they are',
      check: text => (/^\s*\d{0,5}\s*$/.test(text) ? undefined : 'This is no number.'),
    },
    {
      id: 'failed',
      label: 'of failed runs',
      text: '',
      hint: '90 d: logs of runs that failed stay so long, by what Airflow tells; empty: no longer',
      check: text =>
        text.trim() === '' || readLogAge(text) !== undefined ? undefined : 'This is no age: 90 d, 12 h, 6 w.',
    },
    ...(under === undefined ? [ofDags(dagId)] : []),
    {
      id: 'class',
      label: 'which',
      text: journal === true ? journalChoice : 'all',
      choices:
        into === undefined ? [...Object.keys(classes), ...(under === undefined ? [journalChoice] : [])] : archived,
      check: () => undefined,
    },
  ];
}

const ofDags = (dagId = ''): Question => ({
  id: 'dags',
  label: 'of the DAGs',
  text: dagId,
  hint: 'Their names, a comma between; empty: all, and what is of no DAG',
  check: () => undefined,
});

export function ruleOf(answers: ReadonlyMap<string, string>, {under}: CleanWish): Rule {
  const olderThanMs = readLogAge(answers.get('age') ?? '');
  const failedOlderThanMs = readLogAge(answers.get('failed') ?? '');
  const downTo = readTarget(answers.get('target') ?? '');
  const keepRunsPerDag = Number((answers.get('keep') ?? '').trim());
  const dagIds = (answers.get('dags') ?? '').split(/[\s,]+/).filter(name => name !== '');
  const chosen = classes[answers.get('class') ?? ''] ?? [];
  return {
    ...(olderThanMs === undefined ? {} : {olderThanMs}),
    ...(downTo === undefined ? {} : {downTo}),
    ...(failedOlderThanMs === undefined ? {} : {failedOlderThanMs}),
    ...(keepRunsPerDag > 0 ? {keepRunsPerDag} : {}),
    ...(chosen.length === 0 ? {} : {classes: chosen}),
    ...(dagIds.length === 0 ? {} : {dagIds}),
    ...(answers.get('class') === rotates ? {growing: 'rotate' as const} : {}),
    ...(under === undefined ? {} : {under}),
  };
}
