import type {ReactNode} from 'react';
import {blank, type DialogLine, dialogWidth, paragraph} from '../../components/dialog/dialog.tsx';
import {kinds} from '../../src/changes/change.ts';
import type {Entry} from '../../src/changes/fold.ts';
import {moment} from '../../src/changes/moment.ts';
import {sentence} from '../../src/changes/sentence.ts';
import {oneLine} from '../../src/text.ts';
import {age} from '../../src/words.ts';
import {type Size, useNow} from '../context.tsx';
import {Reader} from './reader.tsx';

const cells = 100;

type EntryDialogProps = {readonly entry: Entry; readonly body: Size; readonly onLeave: () => void};

/** One line of the time line: each of its changes, with its time and detail. */
export function EntryDialog({entry, body, onLeave}: EntryDialogProps): ReactNode {
  const nowMs = useNow();
  const width = dialogWidth(body.columns, cells);
  const {text, changes, host = 'Airflow', kind, atMs} = entry;
  const listed = changes.flatMap(change => {
    const time = `${moment(change.atMs, nowMs)}  `;
    const indent = ' '.repeat(time.length);
    return [
      ...paragraph(sentence([change]), width, {}, time),
      ...(change.detail === undefined ? [] : paragraph(oneLine(change.detail, 400), width, {colour: 'dim'}, indent)),
    ];
  });
  const [only] = changes;
  const when = `${moment(atMs, nowMs)}, ${age(Math.max(0, nowMs - atMs))} ago`;
  const lines: DialogLine[] = [
    ...paragraph(`${text}.`, width, {bold: true}),
    ...paragraph(changes.length === 1 ? when : `from ${when}`, width, {colour: 'dim'}),
    ...(changes.length > 1
      ? [blank, ...listed]
      : only?.detail === undefined
        ? []
        : [blank, ...paragraph(oneLine(only.detail, 400), width)]),
  ];
  return <Reader title={`${kinds[kind].word} on ${host}`} lines={lines} body={body} width={cells} onLeave={onLeave} />;
}
