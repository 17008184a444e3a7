import type {LogUsage} from '../live/host-queries.ts';
import {ageName, className} from '../logs/usage-words.ts';
import {ageRows, classRows, dagRows, type KnownDags, type UsageRow} from '../logs/views.ts';
import {Problem} from '../problems/problem.ts';
import {oneLine} from '../text.ts';
import {bytes} from '../words.ts';
import {askHosts, tellOfHost} from './ask-hosts.ts';
import {type Command, type CommandContext, exitCodes} from './command.ts';
import {textOf} from './options.ts';
import {columnsOf} from './print-table.ts';
import {isoTime} from './times.ts';

const views = ['class', 'dag', 'age'] as const;

export const logsUsageCommand: Command = {
  path: ['logs', 'usage'],
  summary: 'What fills the log folders, the largest first',
  options: [
    {flags: '--host <host>', description: 'only this host'},
    {
      flags: '--by <what>',
      description: 'class (default), dag or age',
      read: text => views.find(view => view === text),
    },
  ],
  run: async (context, {options}) => {
    const view = views.find(each => each === options.by) ?? 'class';
    const [known, answers] = await Promise.all([
      knownDags(context),
      askHosts(context, ({usage}) => usage, textOf(options.host)),
    ]);
    const failed = answers.flatMap(answer => ('problem' in answer ? [answer] : []));
    const shown = shownBy[view];
    if (context.json) {
      const hosts = answers.map(answer =>
        'problem' in answer ? answer : {host: answer.host, ...whole(answer.value), ...shown.json(answer.value, known)},
      );
      context.print(JSON.stringify(hosts));
    } else {
      const rows = answers.flatMap(answer =>
        'problem' in answer ? [] : shown.lines(answer.value, known).map(line => [answer.host, ...line]),
      );
      for (const line of columnsOf([['HOST', ...shown.titles], ...rows])) context.print(line);
      for (const {host, problem} of failed) tellOfHost(context, host, problem);
    }
    return failed.length === 0 ? exitCodes.ok : exitCodes.failed;
  },
};

/** Undefined where Airflow does not tell: nothing is called a leftover then. */
async function knownDags({console}: CommandContext): Promise<KnownDags> {
  if (!console.hasApi) return undefined;
  try {
    const all = await console.live.ask(console.queries.allDags);
    return 'ids' in all ? all.ids : undefined;
  } catch (error) {
    if (error instanceof Problem) return undefined;
    throw error;
  }
}

type Shown = {
  readonly titles: readonly string[];
  readonly lines: (found: LogUsage, known: KnownDags) => readonly (readonly string[])[];
  readonly json: (found: LogUsage, known: KnownDags) => object;
};

const amountTitles = ['SIZE', 'FILES', 'OLDEST', 'NEWEST'];

const shownBy: Readonly<Record<(typeof views)[number], Shown>> = {
  class: {
    titles: ['CLASS', ...amountTitles],
    lines: (found, known) => classRows(found, known).map(row => [className(row), ...amounts(row)]),
    json: (found, known) => ({classes: classRows(found, known).map(row => ({class: row.class, ...jsonOf(row)}))}),
  },
  dag: {
    titles: ['DAG', ...amountTitles],
    lines: (found, known) => dagRows(found, known).map(row => [oneLine(row.dagId), ...amounts(row)]),
    json: (found, known) => ({
      dags: dagRows(found, known).map(row => ({
        dagId: row.dagId,
        ...(known === undefined ? {} : {leftover: row.isLeftover}),
        ...jsonOf(row),
      })),
    }),
  },
  age: {
    titles: ['AGE', 'SIZE', 'FILES'],
    lines: found => ageRows(found).map(row => [ageName(row), bytes(row.bytes), String(row.files)]),
    json: found => ({ages: ageRows(found)}),
  },
};

const amounts = (row: UsageRow): readonly string[] => [
  bytes(row.bytes),
  String(row.files),
  ...[row.oldestMs, row.newestMs].map(ms => (ms === undefined ? '-' : new Date(ms).toISOString())),
];

const jsonOf = ({bytes, apparentBytes, files, oldestMs, newestMs, grewBytes}: UsageRow) => ({
  bytes,
  apparentBytes,
  files,
  ...isoTime('oldest', oldestMs),
  ...isoTime('newest', newestMs),
  ...(grewBytes === undefined ? {} : {grewBytes}),
});

const whole = ({roots, bytes, apparentBytes, files, errors, oldestMs, newestMs, tookMs, before}: LogUsage) => ({
  folders: roots,
  bytes,
  apparentBytes,
  files,
  errors,
  ...isoTime('oldest', oldestMs),
  ...isoTime('newest', newestMs),
  ...isoTime('before', before?.atMs),
  tookMs,
});
