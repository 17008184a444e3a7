import {asAirflow} from '../config/as-airflow.ts';
import {withAgent} from '../host/agent.ts';
import type {Volume} from '../host/agent-answers.ts';
import {canRun} from '../host/sudo.ts';
import {confirmation} from '../operations/confirmation.ts';
import type {Operation, Plan, Step} from '../operations/operation.ts';
import {Problem} from '../problems/problem.ts';
import {oneLine} from '../text.ts';
import {rulesFor} from '../units/sudoers.ts';
import {age, bytes, count} from '../words.ts';
import type {CleanContext} from './clean-up.ts';
import {percentUsed} from './clean-words.ts';
import {
  type ArchivedJournal,
  bytesOf,
  type JournalRule,
  type Journals,
  readJournals,
  vacuumed,
} from './journal-files.ts';

export type JournalContext = Pick<CleanContext, 'host' | 'installation' | 'protect'>;

const patienceMs = 120_000;

/** Has journalctl remove old journals: they are those of the whole host, and of root. */
export function cleanJournal(context: JournalContext, rule: JournalRule): Operation {
  const title = `Clean up the journal of ${context.host.name}`;
  return {id: 'logs.clean-journal', title, plan: signal => planJournal(context, rule, title, signal)};
}

/** The journals of a host, for somebody who tries several rules. */
export async function listJournals(
  {host, installation}: Pick<JournalContext, 'host' | 'installation'>,
  signal: AbortSignal,
): Promise<Journals> {
  return withAgent(host, asAirflow(await installation()), agent => readJournals(agent, signal));
}

const argvOf = ({olderThanMs, downToBytes}: JournalRule): readonly string[] => [
  'journalctl',
  ...(olderThanMs === undefined ? [] : [`--vacuum-time=${Math.ceil(olderThanMs / 1000)}s`]),
  ...(downToBytes === undefined ? [] : [`--vacuum-size=${Math.floor(downToBytes)}`]),
];

async function planJournal(
  {host, installation, protect}: JournalContext,
  rule: JournalRule,
  title: string,
  signal: AbortSignal,
): Promise<Plan> {
  const argv = argvOf(rule);
  if (argv.length === 1) throw new Problem('logs.nothing-chosen');
  const as = asAirflow(await installation());
  const journals = await withAgent(host, as, agent => readJournals(agent, signal));
  const going = vacuumed(journals, rule);
  const isAllowed = going.length === 0 || (await canRun(host, argv, 'root'));
  const step: Step = {
    text: `journalctl removes about ${filesOf(going)}`,
    ...noteOf(host.commandAs(argv, 'root')),
    run: async ({signal: stop}) => {
      const {exit, ...seen} = await withAgent(host, as, async agent => {
        const measure = async () => {
          const left = await readJournals(agent, stop);
          const [volume] = await agent.volumes(going.slice(0, 1).map(({folder}) => folder));
          return {left, volume};
        };
        const before = await measure();
        const exit = await host.exec(argv, {as: 'root', timeoutMs: patienceMs, changes: true});
        return {before, exit, after: await measure()};
      });
      if (exit.code !== 0) throw new Problem('host.command-failed', `${host.name}: ${oneLine(exit.stderr, 200)}`);
      return reportOf(going, seen);
    },
  };
  return {
    title,
    steps: going.length === 0 ? [] : [step],
    details: detailsOf(journals, going, rule),
    facts: factsOf(journals, going),
    warnings: [
      ...(going.length === 0 ? [] : ['The journal is that of all units of the host, not of Airflow alone.']),
      ...(journals.unreadable === 0
        ? []
        : [`${journals.unreadable} folders of the journal cannot be looked into: what is in them is not estimated.`]),
    ],
    verb: 'delete',
    confirm: confirmation(protect),
    ...(isAllowed ? {} : {blocked: await refusal(host, argv)}),
    alternatives: [],
    touches: ['usage', 'folder', 'facts', 'volumes'],
    outcome: () => (going.length === 0 ? 'Nothing had to go.' : undefined),
  };
}

const noteOf = ([program = '']: readonly string[]): Pick<Step, 'note'> =>
  program === 'journalctl' ? {} : {note: `as root, by ${program}`};

async function refusal(host: JournalContext['host'], argv: readonly string[]): Promise<Problem> {
  const user = await host.loginUser();
  const command = ['/usr/bin/journalctl', ...argv.slice(1)];
  return new Problem('host.not-permitted', `${user} on ${host.name}: ${argv.join(' ')}`, {
    lines: rulesFor(user, host.name, [command]),
  });
}

const filesOf = (files: readonly ArchivedJournal[]): string =>
  `${count(files.length)} archived ${files.length === 1 ? 'file' : 'files'} (${bytes(bytesOf(files))})`;

function detailsOf(
  {archived, active, nowMs}: Journals,
  going: readonly ArchivedJournal[],
  {olderThanMs, downToBytes}: JournalRule,
): readonly string[] {
  const oldest = archived.toSorted((a, b) => a.headMs - b.headMs)[0];
  const newest = going.toSorted((a, b) => b.headMs - a.headMs)[0];
  const parts = [
    ...(olderThanMs === undefined ? [] : [`files that began more than ${age(olderThanMs)} ago`]),
    ...(downToBytes === undefined ? [] : [`the oldest, until the journal has ${bytes(downToBytes)}`]),
  ];
  return [
    `By the rule: ${parts.join(', and ')}.`,
    `The journal has ${filesOf(archived)}, and ${count(active.length)} that ${active.length === 1 ? 'is' : 'are'} being written (${bytes(bytesOf(active))}): journalctl leaves them.`,
    ...(oldest === undefined ? [] : [`Its first entry is ${age(nowMs - oldest.headMs)} old.`]),
    ...(newest === undefined
      ? []
      : [`The newest file that goes began ${age(nowMs - newest.headMs)} ago; it goes as a whole.`]),
  ];
}

const factsOf = ({archived, active}: Journals, going: readonly ArchivedJournal[]) => ({
  files: going.length,
  bytes: bytesOf(going),
  archived: {files: archived.length, bytes: bytesOf(archived)},
  active: {files: active.length, bytes: bytesOf(active)},
  paths: going.map(({path}) => path),
});

type Measured = {readonly left: Journals; readonly volume: Volume | undefined};

function reportOf(going: readonly ArchivedJournal[], {before, after}: {before: Measured; after: Measured}): string {
  const left = new Set(after.left.archived.map(({path}) => path));
  const gone = before.left.archived.filter(({path}) => !left.has(path));
  const planned = bytesOf(going);
  const freed = bytesOf(gone);
  const differ = planned === freed ? '' : ': journalctl chose by itself when it ran';
  const volume =
    after.volume === undefined || before.volume === undefined
      ? ''
      : ` ${oneLine(after.volume.mountPoint, 100)} is ${percentUsed(after.volume)} full (before ${percentUsed(before.volume)}).`;
  return `${filesOf(gone)} went. Planned ${bytes(planned)}, freed ${bytes(freed)}${differ}.${volume}`;
}
