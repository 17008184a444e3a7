import {type ReactNode, useLayoutEffect} from 'react';
import {useStore} from 'zustand';
import {blank, Dialog, type DialogLine, dialogRoom, dialogWidth, paragraph} from '../../components/dialog/dialog.tsx';
import {ranks, useKeymap} from '../../components/keys/keyboard.tsx';
import type {Finding} from '../../src/health/finding.ts';
import {clean} from '../../src/text.ts';
import {age} from '../../src/words.ts';
import {type Size, useNow, useShell} from '../context.tsx';
import {cureKeys, findingKeymap} from './finding-keys.ts';
import type {HealthStore} from './health-store.ts';

type FindingDialogProps = {readonly finding: Finding; readonly store: HealthStore; readonly body: Size};

/** A finding with its evidence and its cure. */
export function FindingDialog({finding, store, body}: FindingDialogProps): ReactNode {
  const {ascii} = useShell();
  const nowMs = useNow();
  const top = useStore(store.scroll);
  useKeymap(findingKeymap, {store}, {rank: ranks.field});
  const width = dialogWidth(body.columns);
  const lines: DialogLine[] = [...paragraph(finding.text, width, {bold: true})];
  if (finding.hint !== undefined) lines.push(blank, ...paragraph(finding.hint, width));
  if (finding.evidence.length > 0) lines.push(blank);
  for (const {name, value, source, atMs} of finding.evidence) {
    const seen = atMs === undefined ? '' : `, ${age(Math.max(0, nowMs - atMs))} ago`;
    lines.push(...paragraph(`${name}: ${clean(value).trimEnd()}`, width));
    lines.push(...paragraph(`${source}${seen}`, width, {colour: 'dim'}, '   '));
  }
  const last = Math.max(0, lines.length - dialogRoom(body.rows));
  useLayoutEffect(() => store.lastLine.setState(last, true), [store, last]);
  const keys = [
    ...(last > 0 ? ['j k scroll'] : []),
    ...cureKeys(finding),
    ...(finding.level === 'ok' ? [] : ['w what changed']),
    'Esc back',
  ];
  return (
    <Dialog
      title={`${finding.check}: ${finding.level}`}
      lines={lines.slice(Math.min(top, last))}
      keys={keys.join('   ')}
      {...body}
      ascii={ascii}
    />
  );
}
