import {Box, Text, useStdout} from 'ink';
import {type ReactNode, useEffect, useLayoutEffect, useMemo, useState} from 'react';
import {useStore} from 'zustand';
import {Field} from '../../components/field/field.tsx';
import {ranks, useKeymap} from '../../components/keys/keyboard.tsx';
import {clip, fitTo} from '../../components/text/fit.ts';
import {steady} from '../../components/text/steady.ts';
import {count} from '../../components/text/words.ts';
import type {Levels} from '../../src/host/agent-log.ts';
import {expectProblem, Problem} from '../../src/problems/problem.ts';
import type {LogSource} from '../../src/reader/source.ts';
import {readWhen} from '../../src/reader/when.ts';
import {type Size, useShell} from '../context.tsx';
import {ProblemLines, problemLines} from '../problem-lines.tsx';
import {day, LevelsLine, levelColumns} from './levels-line.tsx';
import {questionKeymap} from './question-keys.ts';
import {type ReaderField, readerKeymap, type Tries} from './reader-keys.ts';
import {type ReaderState, ReaderStore} from './reader-store.ts';
import {rowsOf} from './rows.ts';

/** What is read: one `key` is one log. */
export type ReaderSubject = {
  readonly key: string;
  /** Shown until it is open. */
  readonly title: string;
  open(signal: AbortSignal): Promise<LogSource> | LogSource;
  readonly tries?: Tries;
  /** The same with what else was written at that time. */
  together?(): Promise<LogSource>;
};

type ReaderProps = {readonly subject: ReaderSubject; readonly body: Size; readonly onLeave: () => void};

const prompts = {search: '/', time: 'Time or line', save: 'Save to'} as const;

/** A log of any kind: read in windows, searched where it is, followed. */
export function Reader({subject, body, onLeave}: ReaderProps): ReactNode {
  const {console, app, ascii} = useShell();
  const {stdout} = useStdout();
  const [reader, setReader] = useState<ReaderStore>();
  const [problem, setProblem] = useState<Problem>();
  const [levels, setLevels] = useState<Levels>();
  const [asking, setAsking] = useState<ReaderField>();
  const [isTogether, setTogether] = useState(false);
  const buckets = levelColumns(body.columns);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the subject is its key
  useEffect(() => {
    const abort = new AbortController();
    let source: LogSource | undefined;
    setReader(undefined);
    setProblem(undefined);
    setLevels(undefined);
    void (async () => {
      source = await (isTogether && subject.together ? subject.together() : subject.open(abort.signal));
      if (abort.signal.aborted) return source.close();
      const store = new ReaderStore(source, text => app.say(text));
      setReader(store);
      await Promise.all([store.open(abort.signal), countLevels(source, buckets, abort.signal, setLevels)]);
    })().catch(error => {
      if (!abort.signal.aborted) setProblem(expectProblem(error));
    });
    return () => {
      abort.abort();
      source?.close();
    };
  }, [subject.key, isTogether]);
  const context = {
    reader: () => reader,
    tries: () => subject.tries,
    canMerge: () => subject.together !== undefined,
    merge: () => setTogether(is => !is),
    ask: setAsking,
    saveName: () =>
      `${subject.key
        .replace(/[^\w.=-]+/g, '_')
        .replace(/^[_.]+/, '')
        .slice(-80)}.log`.replace('.log.log', '.log'),
    copy: (text: string) => {
      stdout.write(`\x1b]52;c;${Buffer.from(text).toString('base64')}\x07`);
      app.say('The line was sent to the clipboard of the terminal.');
    },
    leave: onLeave,
  };
  useKeymap(readerKeymap, context, {rank: ranks.field});
  const answer = (keep: boolean) => {
    const given = asking;
    setAsking(undefined);
    if (!keep || given === undefined || reader === undefined || given.field.text.trim() === '') return;
    if (given.asks === 'search') search(reader, given.field.text, setProblem);
    if (given.asks === 'time') goTo(reader, given.field.text, console.now(), text => app.say(text));
    if (given.asks === 'save') {
      void reader.during('Saving …', async signal => {
        const path = await console.logs.save(reader.source, given.field.text, reader.state.getState().level, signal);
        app.say(`Saved to ${path}`);
      });
    }
  };
  const title = reader?.source.title ?? subject.title;
  const shown = problem ?? undefined;
  const problemText = shown === undefined ? [] : problemLines(shown, body.columns);
  const height = Math.max(1, body.rows - 3 - problemText.length);
  return (
    <Box flexDirection="column" width={body.columns} height={body.rows} overflow="hidden">
      <Text bold wrap="truncate">
        {clip(`   ${steady(title)}`, body.columns)}
      </Text>
      <LevelsLine levels={levels} ascii={ascii} />
      {reader === undefined ? (
        <Box height={height}>
          <Text>{shown === undefined ? '   Opening …' : '   Not known.'}</Text>
        </Box>
      ) : (
        <Lines reader={reader} size={{columns: body.columns, rows: height}} />
      )}
      <ProblemLines lines={problemText} />
      {asking !== undefined ? (
        <Question asking={asking} columns={body.columns} onLeave={answer} />
      ) : reader === undefined ? (
        <Text> </Text>
      ) : (
        <Foot reader={reader} tries={subject.tries} columns={body.columns} />
      )}
    </Box>
  );
}

function Lines({reader, size}: {readonly reader: ReaderStore; readonly size: Size}): ReactNode {
  const {ascii} = useShell();
  const {columns, rows} = size;
  useLayoutEffect(() => reader.setSize(columns - 2, rows, ascii), [reader, columns, rows, ascii]);
  const state = useStore(reader.state);
  const drawn = useMemo(() => visible(state, reader, columns, rows, ascii), [state, reader, columns, rows, ascii]);
  if (state.lines.length === 0 && state.busy === undefined && state.problem === undefined) {
    const text = state.level === 'all' ? 'The log is empty.' : 'No such line. o shows all.';
    return (
      <Box height={rows}>
        <Text>{`   ${text}`}</Text>
      </Box>
    );
  }
  return (
    <Box flexDirection="column" height={rows} overflow="hidden">
      {drawn.map(({text, colour, isCursor}, index) => (
        <Text
          // biome-ignore lint/suspicious/noArrayIndexKey: a row is its place on the screen
          key={index}
          wrap="truncate"
          inverse={isCursor}
          {...(isCursor || colour === undefined ? {} : {color: colour})}
        >
          {text}
        </Text>
      ))}
    </Box>
  );
}

type Drawn = {readonly text: string; readonly colour: 'red' | 'yellow' | undefined; readonly isCursor: boolean};

function visible(state: ReaderState, reader: ReaderStore, columns: number, rows: number, ascii: boolean): Drawn[] {
  const drawn: Drawn[] = [];
  const sign = ascii ? '> ' : '▸ ';
  for (let index = state.top; index < state.lines.length && drawn.length < rows; index++) {
    const line = state.lines[index];
    if (line === undefined) break;
    const isCursor = index === state.cursor;
    const colour = line.level === 'error' ? 'red' : line.level === 'warning' ? 'yellow' : undefined;
    for (const [place, row] of rowsOf(line, reader.look).entries()) {
      if (drawn.length === rows) break;
      const text = fitTo(`${isCursor && place === 0 ? sign : '  '}${row}`, columns);
      drawn.push({text, colour, isCursor});
    }
  }
  return drawn;
}

/** Where the cursor is, and what is switched on. */
type FootProps = {readonly reader: ReaderStore; readonly tries: Tries | undefined; readonly columns: number};

function Foot({reader, tries, columns}: FootProps): ReactNode {
  const {ascii} = useShell();
  const state = useStore(reader.state);
  const line = state.lines[state.cursor];
  const number = useNumber(reader, line?.at);
  if (state.problem !== undefined) {
    const {title, detail, hint} = state.problem;
    return (
      <Text color="red" wrap="truncate">
        {clip(`${ascii ? ' x ' : ' ✖ '}${steady(`${title}${detail === '' ? '' : `: ${detail}`}. ${hint}`)}`, columns)}
      </Text>
    );
  }
  const words = [
    state.busy === undefined ? undefined : `${state.busy} Esc ends it`,
    line?.atMs === undefined ? undefined : `${day(line.atMs)} ${new Date(line.atMs).toTimeString().slice(0, 8)}`,
    number === undefined ? undefined : `line ${count(number + 1)}`,
    state.following ? 'following' : state.isEnd && state.cursor === state.lines.length - 1 ? 'the end' : undefined,
    state.level === 'all' ? undefined : state.level === 'error' ? 'only errors' : 'only warnings and errors',
    state.wraps ? 'wrapped' : undefined,
    state.raw ? 'as written' : undefined,
    tries === undefined || tries.last < 2 ? undefined : `try ${tries.at} of ${tries.last} ${ascii ? '<- ->' : '← →'}`,
  ].filter(word => word !== undefined);
  return <Text wrap="truncate">{clip(`   ${words.join(ascii ? ' - ' : ' · ')}`, columns)}</Text>;
}

/** How many lines are before; asked for when the cursor rests. */
function useNumber(reader: ReaderStore, at: string | undefined): number | undefined {
  const [known, setKnown] = useState<{readonly at: string; readonly number: number | undefined}>();
  useEffect(() => {
    if (at === undefined) return undefined;
    const abort = new AbortController();
    const timer = setTimeout(() => {
      reader.source.numberOf(at, abort.signal).then(
        number => setKnown({at, number}),
        () => {
          // Only a nicety: what fails here fails where lines are read, too, and is told there.
        },
      );
    }, 200);
    return () => {
      clearTimeout(timer);
      abort.abort();
    };
  }, [reader, at]);
  return known?.at === at ? known?.number : undefined;
}

type QuestionProps = {
  readonly asking: ReaderField;
  readonly columns: number;
  readonly onLeave: (keep: boolean) => void;
};

function Question({asking: {asks, field}, columns, onLeave}: QuestionProps): ReactNode {
  useKeymap(
    questionKeymap,
    {field: () => field, onLeave},
    {rank: ranks.dialog, modal: true, onText: text => field.type(text)},
  );
  const prompt = prompts[asks];
  return (
    <Text wrap="truncate">
      {' '}
      <Text bold>{prompt}</Text> <Field field={field} width={columns - prompt.length - 5} />
    </Text>
  );
}

async function countLevels(
  source: LogSource,
  buckets: number,
  signal: AbortSignal,
  show: (levels: Levels) => void,
): Promise<void> {
  try {
    for await (const levels of source.levels(buckets, signal)) if (!signal.aborted) show(levels);
  } catch (error) {
    // Why the log cannot be read is told by those who read it.
    if (!signal.aborted) expectProblem(error);
  }
}

function search(reader: ReaderStore, text: string, refuse: (problem: Problem | undefined) => void): void {
  const [, inside] = /^\/(.+)\/$/s.exec(text) ?? [];
  refuse(undefined);
  try {
    if (inside !== undefined) new RegExp(inside);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    refuse(new Problem('reader.bad-pattern', error.message));
    return;
  }
  reader.search({text: inside ?? text, isRegex: inside !== undefined}, false);
}

function goTo(reader: ReaderStore, text: string, nowMs: number, say: (text: string) => void): void {
  const when = readWhen(text, reader.line()?.atMs ?? nowMs, nowMs);
  if (when === undefined) say(`"${text}" is no time: 14:05, 2026-11-22 14:05, -2h, or the number of a line.`);
  else reader.goTo(when);
}
