import {type ReactNode, useState} from 'react';
import {useStore} from 'zustand';
import {blank, Dialog, type DialogLine, dialogWidth, paragraph} from '../../components/dialog/dialog.tsx';
import {formKeymap} from '../../components/form/form-keys.ts';
import {formLines} from '../../components/form/form-lines.ts';
import {FormStore, type Question} from '../../components/form/form-store.ts';
import {ranks, useKeymap} from '../../components/keys/keyboard.tsx';
import type {LogClass} from '../../src/logs/layout.ts';
import {readLogAge} from '../../src/logs/rule.ts';
import type {FoundSchedules} from '../../src/logs/schedule/found.ts';
import type {CleanUpDag} from '../../src/logs/schedule/found-dags.ts';
import {readTime, type Schedule, usualName, usualTime, type Vessel} from '../../src/logs/schedule/schedule.ts';
import {age} from '../../src/words.ts';
import {type Size, useNow, useShell} from '../context.tsx';
import {useLive} from '../use-live.ts';

/** The form of a clean-up that runs every day, where somebody wants one. */
export function CleanEveryDay({body}: {readonly body: Size}): ReactNode {
  const {app} = useShell();
  const host = useStore(app.everyDay);
  return host === undefined ? null : <ScheduleForm key={host} host={host} body={body} />;
}

const vesselChoices: Readonly<Record<string, Vessel>> = {
  'a systemd timer': 'timer',
  'a DAG of Airflow': 'dag',
  'a cron line': 'cron',
  'logrotate, for logs that stay open': 'logrotate',
};

const classChoices: Readonly<Record<string, readonly LogClass[]>> = {
  all: [],
  'task logs': ['task'],
  'logs of DAG files': ['dag-file'],
};

const questions: readonly Question[] = [
  {
    id: 'vessel',
    label: 'what runs it',
    text: 'a systemd timer',
    choices: Object.keys(vesselChoices),
    hint: 'A timer and cron need root; a DAG needs an Airflow that runs',
    check: () => undefined,
  },
  {
    id: 'age',
    label: 'older than',
    text: '30 d',
    required: true,
    hint: '30 d, 12 h, 6 w',
    check: text => (readLogAge(text) === undefined ? 'This is no age: 30 d, 12 h, 6 w.' : undefined),
  },
  {id: 'class', label: 'which', text: 'all', choices: Object.keys(classChoices), check: () => undefined},
  {
    id: 'at',
    label: 'every day at',
    text: '03:15',
    required: true,
    hint: 'A DAG goes by the time zone of Airflow, the others by the clock of the host',
    check: text => (readTime(text) === undefined ? 'This is no time of a day: 03:15.' : undefined),
  },
];

function scheduleOf(answers: ReadonlyMap<string, string>): Schedule {
  const classes = classChoices[answers.get('class') ?? ''] ?? [];
  const olderThanMs = readLogAge(answers.get('age') ?? '');
  return {
    name: usualName,
    vessel: vesselChoices[answers.get('vessel') ?? ''] ?? 'timer',
    rule: {...(olderThanMs === undefined ? {} : {olderThanMs}), ...(classes.length === 0 ? {} : {classes})},
    at: readTime(answers.get('at') ?? '') ?? usualTime,
  };
}

/** Asks for the rule and for what runs it, and tells what cleans up already. */
function ScheduleForm({host, body}: {readonly host: string; readonly body: Size}): ReactNode {
  const {app, console, ascii} = useShell();
  const nowMs = useNow();
  const [form] = useState(() => new FormStore(questions));
  const state = useStore(form.state);
  useStore(form.field().state);
  const schedules = useLive(console.live, console.hosts.find(entry => entry.host.name === host)?.schedules);
  const dags = useLive(console.live, console.hasApi ? console.queries.cleanUpDags : undefined);
  const leave = () => app.everyDay.setState(undefined, true);
  const onSubmit = () => {
    const sent = form.submit();
    if (sent === undefined || console.runner.busy() !== undefined) return;
    leave();
    void console.runner.propose(console.operations.schedule(host, scheduleOf(sent)));
  };
  useKeymap(
    formKeymap,
    {form, onSubmit, onLeave: leave},
    {
      rank: ranks.dialog,
      modal: true,
      onText: text => form.type(text),
    },
  );
  const width = dialogWidth(body.columns);
  const {lines, focus} = formLines(form, state, width);
  const problem = schedules.problem ?? dags.problem;
  const known = knownLines(schedules.value, dags.value, nowMs, width);
  const isKnown = schedules.value !== undefined && (!console.hasApi || dags.value !== undefined);
  const what: readonly DialogLine[] =
    known.length > 0
      ? [[{text: 'What cleans up already:'}], ...known]
      : problem !== undefined
        ? paragraph(`What cleans up already is not known: ${problem.title.toLowerCase()}.`, width)
        : [[{text: isKnown ? 'Nothing cleans up by itself so far.' : 'Looking for what cleans up already …'}]];
  return (
    <Dialog
      title={`Clean up the logs of ${host} every day`}
      lines={[...lines, blank, ...what]}
      keys="Tab next   ← → choose   Enter preview   Esc leave"
      {...body}
      focus={focus}
      colour="cyan"
      ascii={ascii}
    />
  );
}

function knownLines(
  schedules: FoundSchedules | undefined,
  dags: readonly CleanUpDag[] | undefined,
  nowMs: number,
  width: number,
): readonly DialogLine[] {
  const ran = (atMs: number | undefined, result: string | undefined) =>
    atMs === undefined ? 'last run not known' : `${result ?? 'ran'} ${age(Math.max(0, nowMs - atMs))} ago`;
  return [
    ...(dags ?? []).map(
      ({dag, last}) =>
        `DAG ${dag.id}: ${dag.paused ? 'paused, ' : ''}${last === undefined ? 'never ran' : ran(last.endedAtMs ?? last.startedAtMs, last.state)}`,
    ),
    ...(schedules?.found ?? []).map(
      ({kind, name, isOff, lastRunMs, lastResult}) =>
        `${kind} ${name}: ${isOff === true ? 'off, ' : ''}${ran(lastRunMs, lastResult)}`,
    ),
  ].flatMap(text => paragraph(text, width, {}, '  '));
}
