import {Box, Text} from 'ink';
import {type ReactNode, useLayoutEffect, useMemo, useState} from 'react';
import {useStore} from 'zustand';
import {blank, dialogWidth, paragraph} from '../../components/dialog/dialog.tsx';
import {ranks, useKeymap} from '../../components/keys/keyboard.tsx';
import {Table} from '../../components/table/table.tsx';
import {clip} from '../../components/text/fit.ts';
import {steady} from '../../components/text/steady.ts';
import {wrap} from '../../components/text/wrap.ts';
import type {ChangeQuery} from '../../src/changes/queries.ts';
import {signOf} from '../../src/changes/sign.ts';
import {gapSentence, type TimeLine, timeLine} from '../../src/changes/time-line.ts';
import {spanWords, windowsMs} from '../../src/changes/windows.ts';
import type {Seen} from '../../src/live/live.ts';
import {age} from '../../src/words.ts';
import {useBody, useNow, useShell} from '../context.tsx';
import {FilterLine} from '../filter-line.tsx';
import {useLiveAll} from '../use-live.ts';
import {changesKeymap} from './changes-keys.ts';
import {createChangesStore} from './changes-store.ts';
import {EntryDialog} from './entry-dialog.tsx';
import {Reader} from './reader.tsx';

/** What is not seen may take so many lines below the list; `r` shows all. */
const mostLines = 5;

/** What happened lately to the installation, newest first. What came is shown while others have not answered yet. */
export function Changes({onLeave}: {readonly onLeave: () => void}): ReactNode {
  const {console, app, ascii} = useShell();
  const body = useBody();
  const nowMs = useNow();
  const [store] = useState(() => createChangesStore(console.hosts.length < 2, app.now.getState));
  const dialog = useStore(store.dialog);
  const windowMs = windowsMs[useStore(store.window)] ?? windowsMs[0];
  const asked = useMemo(() => console.changes(windowMs), [console, windowMs]);
  const seen = useLiveAll(
    console.live,
    asked.map(({query}) => ({query})),
  );
  const line = useMemo(() => timeLine(answersOf(asked, seen)), [asked, seen]);
  useLayoutEffect(() => store.entries.setRows(line.entries), [store, line]);
  useKeymap(changesKeymap, {store, table: store.entries, onLeave}, {rank: ranks.screen});

  const leave = () => store.dialog.setState({at: 'none'}, true);
  const sentences = [...line.remarks, ...line.gaps.map(gapSentence)];
  const foot = footLines(sentences, body.columns - 4);
  const height = Math.max(3, body.rows - 1 - foot.length - (dialog.at === 'filter' ? 1 : 0));
  return (
    <Box flexDirection="column" width={body.columns} height={body.rows} overflow="hidden">
      <Text bold wrap="truncate">
        {clip(`   What changed in the last ${spanWords(windowMs)}`, body.columns)}
      </Text>
      <Table
        table={store.entries}
        width={body.columns}
        height={height}
        noun={{one: 'change', many: 'changes'}}
        note={noteOf(line, seen, nowMs)}
        sign={({kind}) => {
          const {text, ascii: plain, colour} = signOf(kind);
          return {text: ascii ? plain : text, ...(colour === undefined ? {} : {colour})};
        }}
        ascii={ascii}
        empty={
          line.waiting.length > 0
            ? 'Asking …'
            : `Nothing that windsock can see changed in the last ${spanWords(windowMs)}.`
        }
      />
      <Box flexDirection="column" flexShrink={0}>
        {foot.map((text, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a line is its place
          <Text key={index} color="yellow" wrap="truncate">
            {text}
          </Text>
        ))}
      </Box>
      {dialog.at === 'filter' && <FilterLine field={dialog.field} columns={body.columns} onLeave={leave} />}
      {dialog.at === 'entry' && <EntryDialog entry={dialog.entry} body={body} onLeave={leave} />}
      {dialog.at === 'remarks' && (
        <Reader
          title="What could not be found out"
          lines={
            sentences.length === 0
              ? [
                  [
                    {
                      text:
                        line.waiting.length > 0 ? 'Not all have answered yet.' : 'All that windsock asks was answered.',
                    },
                  ],
                ]
              : sentences.flatMap(text => [...paragraph(text, dialogWidth(body.columns, 100)), blank])
          }
          body={body}
          width={100}
          onLeave={leave}
        />
      )}
    </Box>
  );
}

function answersOf<T>(asked: readonly ChangeQuery[], seen: readonly Seen<T>[]) {
  return asked.map(({whom, title}, index) => {
    const {value, problem} = seen[index] ?? {};
    return {whom, title, told: value, problem};
  });
}

function noteOf({waiting}: TimeLine, seen: readonly Seen<unknown>[], nowMs: number): string {
  if (waiting.length > 0) return `still asking ${waiting.join(', ')}`;
  const oldest = Math.min(...seen.flatMap(({atMs}) => atMs ?? []));
  return Number.isFinite(oldest) ? `${age(Math.max(0, nowMs - oldest))} old` : '';
}

/** Whole sentences, each with its sign; what does not fit is counted. */
function footLines(sentences: readonly string[], width: number): readonly string[] {
  const lines: string[] = [];
  for (const [index, text] of sentences.entries()) {
    const own = wrap(steady(text), width).map((line, at) => `${at === 0 ? ' ? ' : '   '}${line}`);
    const isLast = index === sentences.length - 1;
    if (lines.length + own.length > mostLines - (isLast ? 0 : 1)) {
      const rest = sentences.length - index;
      const more = lines.length === 0 ? own.slice(0, mostLines - 1) : [];
      const left = rest - (more.length > 0 ? 1 : 0);
      const says =
        left === 0
          ? 'Press r for the rest of it.'
          : `Press r for ${left} more ${left === 1 ? 'remark' : 'remarks'} like these.`;
      return [...lines, ...more, `   ${says}`];
    }
    lines.push(...own);
  }
  return lines;
}
