import {useApp} from 'ink';
import {type ReactNode, useEffect, useState} from 'react';
import {useStore} from 'zustand';
import {
  blank,
  Dialog,
  type DialogLine,
  dialogRoom,
  dialogWidth,
  paragraph,
  spread,
} from '../../components/dialog/dialog.tsx';
import {ranks, useKeymap} from '../../components/keys/keyboard.tsx';
import {widthOf} from '../../components/text/fit.ts';
import {steady} from '../../components/text/steady.ts';
import type {Progress} from '../../src/operations/execute.ts';
import type {Plan, Report, StepResult} from '../../src/operations/operation.ts';
import type {Stage} from '../../src/operations/runner.ts';
import type {Problem} from '../../src/problems/problem.ts';
import {age} from '../../src/words.ts';
import {type Size, useNow, useShell} from '../context.tsx';
import {operationKeymap} from './operation-keys.ts';

/** Preview, progress and report of the operation that is open. */
export function OperationDialog({body}: {readonly body: Size}): ReactNode {
  const {console, ascii} = useShell();
  const stage = useStore(console.runner.stage);
  if (stage.at === 'idle') return null;
  return <OpenDialog stage={stage} body={body} ascii={ascii} />;
}

type OpenProps = {readonly stage: Exclude<Stage, {at: 'idle'}>; readonly body: Size; readonly ascii: boolean};

function OpenDialog({stage, body, ascii}: OpenProps): ReactNode {
  const {console} = useShell();
  const {runner} = console;
  const {waitUntilRenderFlush} = useApp();
  const nowMs = useNow();
  const [top, setTop] = useState(0);
  const [seenTo, setSeenTo] = useState(0);
  // Lines to be copied are not broken where the terminal has room for them.
  const wanted = hasLines(stage) ? 130 : 78;
  const {title, lines, keys, colour, focus} = content(stage, dialogWidth(body.columns, wanted), nowMs);
  const room = dialogRoom(body.rows);
  const last = Math.max(0, lines.length - room);
  const from = Math.min(top, last);
  if (from > seenTo) setSeenTo(from);
  const wasRead = from >= last || seenTo >= last;

  const typing = stage.at === 'confirming' && stage.plan.confirm.by === 'typing' && stage.plan.blocked === undefined;
  const onText = (text: string, pressedAtMs: number) => {
    // Letter by letter: a paste is not a confirmation.
    if (stage.at === 'confirming' && [...text].length === 1) runner.type(stage.typed + text, pressedAtMs);
  };
  const scroll = (by: number) => setTop(now => Math.max(0, Math.min(last, now + by)));
  const page = Math.max(1, room - 2);
  useKeymap(operationKeymap, {runner, scroll, page}, {rank: ranks.dialog, modal: true, ...(typing ? {onText} : {})});

  const plan = stage.at === 'confirming' ? stage.plan : undefined;
  const unread = stage.at === 'confirming' && !stage.shown && wasRead ? stage.plan : undefined;
  // biome-ignore lint/correctness/useExhaustiveDependencies: another plan is read from its start
  useEffect(() => {
    setTop(0);
    setSeenTo(0);
  }, [plan]);
  useEffect(() => {
    if (unread === undefined) return;
    // Only what somebody could read, to its end, may be confirmed.
    void waitUntilRenderFlush().then(() => runner.shown(unread));
  }, [unread, runner, waitUntilRenderFlush]);

  const more = from < last ? '↓ more   G end   ' : '';
  // No key is offered that does nothing yet.
  const offered = stage.at === 'confirming' && !wasRead ? 'Esc leave' : keys;
  return (
    <Dialog
      title={title}
      lines={focus === undefined ? lines.slice(from) : lines}
      keys={more + offered}
      columns={body.columns}
      rows={body.rows}
      width={wanted}
      ascii={ascii}
      {...(colour === undefined ? {} : {colour})}
      {...(focus === undefined ? {} : {focus})}
    />
  );
}

function hasLines(stage: OpenProps['stage']): boolean {
  if (stage.at === 'confirming') return (stage.plan.blocked?.lines.length ?? 0) > 0;
  if (stage.at === 'reported') return stage.report.results.some(({problem}) => (problem?.lines.length ?? 0) > 0);
  return stage.at === 'stopped' && stage.problem.lines.length > 0;
}

type Content = {
  readonly title: string;
  readonly lines: readonly DialogLine[];
  readonly keys: string;
  readonly colour?: 'red' | 'green' | 'yellow' | 'cyan';
  readonly focus?: number;
};

function content(stage: Exclude<Stage, {at: 'idle'}>, width: number, nowMs: number): Content {
  switch (stage.at) {
    case 'planning':
      return {title: stage.title, lines: [[{text: 'Looking what this would do …'}]], keys: 'Esc leave'};
    case 'confirming':
      return preview(stage.plan, stage.typed, width);
    case 'running': {
      const lines = [...progressLines(stage.progress, width, nowMs), ...notYet(stage.plan, stage.progress)];
      return {title: stage.plan.title, lines, keys: '^C cancel', colour: 'cyan', focus: stage.progress.results.length};
    }
    case 'reported':
      return report(stage.report, width);
    default:
      return {
        title: stage.title,
        lines: problemLines(stage.problem, width),
        keys: 'Esc leave',
        colour: 'red',
      };
  }
}

function preview(plan: Plan, typed: string, width: number): Content {
  const lines: DialogLine[] = plan.steps.flatMap((step, index) =>
    stepLines(`${index + 1}  `, step.text, step.note ?? '', width),
  );
  if (plan.steps.length === 0) lines.push([{text: 'There is nothing to do.'}]);
  const details = plan.details ?? [];
  if (details.length > 0) lines.push(blank, ...details.flatMap(line => paragraph(line, width)));
  if (plan.warnings.length > 0) lines.push(blank);
  for (const warning of plan.warnings) lines.push(...paragraph(warning, width, {colour: 'yellow'}, '! '));
  if (plan.blocked !== undefined) {
    // Why not comes first: what would have been done may be long.
    const blocked = [...sentences(plan.blocked, width), blank, ...lines, ...quotedLines(plan.blocked, width)];
    return {title: plan.title, lines: blocked, keys: 'Esc leave', colour: 'red'};
  }
  if (plan.steps.length === 0) return {title: plan.title, lines, keys: 'Esc leave', colour: 'yellow'};
  lines.push(blank);
  const undoable = plan.undo !== undefined;
  lines.push([{text: undoable ? 'Z takes it back afterwards.' : 'This cannot be undone.'}]);
  const others = plan.alternatives.map(({key, label}) => `${key} ${label}   `).join('');
  if (plan.confirm.by === 'typing') {
    const word = `Type ${plan.confirm.word} to ${plan.verb}: ${typed.padEnd([...plan.confirm.word].length, '_')}`;
    const ways = plan.alternatives.map(({key, label}) => `^${key.toUpperCase()} ${label}   `).join('');
    return {title: plan.title, lines, keys: `${word}   ${ways}Esc leave`, colour: 'red'};
  }
  return {title: plan.title, lines, keys: `y ${plan.verb}   ${others}Esc leave`, colour: 'yellow'};
}

/** The whole of what a step does: what is confirmed must be readable. */
function stepLines(lead: string, text: string, note: string, width: number): readonly DialogLine[] {
  const whole = steady(text);
  if (widthOf(lead) + widthOf(whole) + widthOf(note) + 2 <= width) return [spread(lead + whole, note, width)];
  return [
    ...paragraph(whole, width, {}, lead),
    ...(note === '' ? [] : paragraph(note, width, {colour: 'dim'}, ' '.repeat(lead.length))),
  ];
}

function progressLines({results, running}: Progress, width: number, nowMs: number): readonly DialogLine[] {
  const lines = results.flatMap(result => resultLines(result, width));
  if (running !== undefined) {
    const spinner = ['◐', '◓', '◑', '◒'][Math.floor(nowMs / 1000) % 4] ?? '◐';
    lines.push(spread(`${spinner}  ${running.text}`, age(Math.max(0, nowMs - running.sinceMs)), width, {bold: true}));
    if (running.said !== undefined) lines.push(...paragraph(running.said, width, {colour: 'dim'}, '   '));
  }
  return lines;
}

function notYet(plan: Plan, {results, running}: Progress): readonly DialogLine[] {
  const begun = results.length + (running === undefined ? 0 : 1);
  return plan.steps.slice(begun).map(step => [{text: `·  ${step.text}`, colour: 'dim' as const}]);
}

const signs = {
  done: {text: '✓', colour: 'green'},
  failed: {text: '✖', colour: 'red'},
  'not-done': {text: '·', colour: 'dim'},
} as const;

function resultLines(result: StepResult, width: number): readonly DialogLine[] {
  const sign = signs[result.outcome];
  const took = result.outcome === 'not-done' ? 'not done' : age(result.tookMs);
  const [text, right] = spread(result.text, took, width - 3);
  const lines: DialogLine[] = [
    [{text: `${sign.text}  `, colour: sign.colour}, text, right].filter(s => s !== undefined),
  ];
  if (result.said !== undefined) lines.push(...paragraph(result.said, width, {colour: 'dim'}, '   '));
  if (result.problem !== undefined) lines.push(...problemLines(result.problem, width - 3).map(indent));
  return lines;
}

const indent = (line: DialogLine): DialogLine => [{text: '   '}, ...line];

const problemLines = (problem: Problem, width: number): readonly DialogLine[] => [
  ...sentences(problem, width),
  ...quotedLines(problem, width),
];

function sentences({title, detail, hint}: Problem, width: number): readonly DialogLine[] {
  const what = detail === '' ? `${title}.` : `${title}: ${detail}`;
  return [...paragraph(what, width, {colour: 'red'}), ...paragraph(hint, width)];
}

const quotedLines = ({lines}: Problem, width: number): readonly DialogLine[] =>
  lines.length === 0 ? [] : [blank, ...lines.flatMap(line => paragraph(line, width, {colour: 'dim'}))];

const outcomes = {done: 'green', failed: 'red', cancelled: 'yellow'} as const;

function report(done: Report, width: number): Content {
  const lines: DialogLine[] = done.results.flatMap(result => resultLines(result, width));
  if (done.summary !== undefined) lines.push(blank, ...paragraph(done.summary, width, {bold: true}));
  return {
    title: done.title,
    lines,
    keys: `${done.undo === undefined ? '' : 'Z take back   '}Esc leave`,
    colour: outcomes[done.outcome],
  };
}
