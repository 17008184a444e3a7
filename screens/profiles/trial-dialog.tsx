import {type ReactNode, useEffect, useState} from 'react';
import {createStore, type StoreApi, useStore} from 'zustand';
import {blank, Dialog, type DialogLine, dialogRoom, dialogWidth, paragraph} from '../../components/dialog/dialog.tsx';
import {ranks, useKeymap} from '../../components/keys/keyboard.tsx';
import {clip, fitTo, widthOf} from '../../components/text/fit.ts';
import {steady} from '../../components/text/steady.ts';
import {counted} from '../../components/text/words.ts';
import type {Console} from '../../src/console.ts';
import type {HostAsk} from '../../src/host/host.ts';
import type {Profile} from '../../src/profile/profile.ts';
import type {StepAnswer, StepQuestion} from '../../src/trial/step.ts';
import {type Size, useShell} from '../context.tsx';
import {trialKeymap} from './profiles-keys.ts';

type TrialDialogProps = {
  readonly profile: Profile;
  /** It is being added: the trial leads on to the preview. */
  readonly isNew: boolean;
  readonly body: Size;
  /** With how many steps failed. */
  readonly onGoOn: (failed: number) => void;
  readonly onLeave: () => void;
};

type Progress = {
  readonly questions: readonly StepQuestion[];
  readonly asking: ReadonlySet<string>;
  readonly answers: ReadonlyMap<string, StepAnswer>;
};

const dialogCells = 118;
const idOf = ({subject, step}: StepQuestion) => `${subject}\0${step}`;

/** A profile tried step by step: each answer as it comes, and of a failure what to do. Leaving ends it. */
export function TrialDialog({profile, isNew, body, onGoOn, onLeave}: TrialDialogProps): ReactNode {
  const {app, ascii, console} = useShell();
  const [progress] = useState(() =>
    createStore<Progress>(() => ({questions: [], asking: new Set(), answers: new Map()})),
  );
  const [top, setTop] = useState(0);
  useEffect(() => {
    const abort = new AbortController();
    void run(console, profile, app.questions, progress, abort.signal);
    return () => abort.abort();
  }, [console, profile, app, progress]);
  const now = useStore(progress);
  const failed = failures(now);
  const width = dialogWidth(body.columns, dialogCells);
  const lines = [...headline(now, width), ...now.questions.flatMap(question => stepLines(question, now, width))];
  const last = Math.max(0, lines.length - dialogRoom(body.rows));
  useKeymap(
    trialKeymap,
    {
      scroll: by => setTop(at => Math.max(0, Math.min(last, at + by))),
      cannotGoOn: () => {
        if (!isNew) return 'The profile stands in profiles.ini already';
        return isOver(progress.getState()) ? undefined : 'The trial is not over yet';
      },
      onGoOn: () => onGoOn(failures(progress.getState())),
      onLeave,
    },
    {rank: ranks.dialog, modal: true},
  );
  return (
    <Dialog
      title={`Trial of ${profile.name}`}
      lines={lines.slice(Math.min(top, last))}
      keys={isNew && isOver(now) ? 'j k scroll   Enter go on   Esc back' : 'j k scroll   Esc back'}
      {...body}
      width={dialogCells}
      {...(failed > 0 ? {colour: 'yellow' as const} : {})}
      ascii={ascii}
    />
  );
}

async function run(
  console: Console,
  profile: Profile,
  ask: HostAsk,
  progress: StoreApi<Progress>,
  signal: AbortSignal,
): Promise<void> {
  const trial = console.trial(profile, {
    ask,
    signal,
    onAsking: question => progress.setState(({asking}) => ({asking: new Set([...asking, idOf(question)])})),
    onAnswer: answer => progress.setState(({answers}) => ({answers: new Map([...answers, [idOf(answer), answer]])})),
  });
  progress.setState({questions: trial.questions});
  await trial.run();
}

const isOver = ({questions, answers}: Progress): boolean => questions.length > 0 && answers.size >= questions.length;

const failures = ({answers}: Progress): number =>
  [...answers.values()].filter(({outcome}) => outcome === 'failed').length;

function headline(progress: Progress, width: number): readonly DialogLine[] {
  const failed = failures(progress);
  const {questions, answers} = progress;
  if (!isOver(progress)) return [...paragraph(`${answers.size} of ${questions.length} steps …`, width), blank];
  if (failed === 0) return [...paragraph('Nothing failed.', width, {bold: true, colour: 'green'}), blank];
  const names = [...answers.values()]
    .filter(({outcome}) => outcome === 'failed')
    .map(({subject, step}) => `${step} of ${steady(subject)}`);
  const words = `${counted(failed, {one: 'step', many: 'steps'})} failed: ${names.join(', ')}.`;
  return [...paragraph(words, width, {bold: true, colour: 'red'}), blank];
}

function stepLines(
  question: StepQuestion,
  {questions, asking, answers}: Progress,
  width: number,
): readonly DialogLine[] {
  const subjects = Math.min(20, Math.max(...questions.map(({subject}) => widthOf(steady(subject)))));
  const steps = Math.max(...questions.map(({step}) => widthOf(step)));
  const lead = `${fitTo(steady(question.subject), subjects)}  ${fitTo(question.step, steps)}  `;
  const answer = answers.get(idOf(question));
  if (answer === undefined) {
    const isAsking = asking.has(idOf(question));
    return paragraph(question.question, width, isAsking ? {} : {colour: 'dim'}, `${isAsking ? '●' : '○'} ${lead}`);
  }
  if (answer.outcome === 'passed') {
    return [[{text: '✓', colour: 'green'}, {text: clip(` ${lead}${steady(answer.found)}`, width - 1)}]];
  }
  if (answer.outcome === 'not-asked') return paragraph(`not asked: ${answer.why}`, width, {colour: 'dim'}, `– ${lead}`);
  const {message, hint, lines} = answer.problem;
  const indent = ' '.repeat(widthOf(lead) + 2);
  const [first = blank, ...rest] = paragraph(message, width, {}, `  ${lead}`);
  return [
    [{text: '✖', colour: 'red'}, {text: (first[0]?.text ?? '').slice(1)}],
    ...rest,
    ...paragraph(hint, width, {}, indent),
    ...lines.flatMap(line => paragraph(line, width, {colour: 'dim'}, indent)),
  ];
}
