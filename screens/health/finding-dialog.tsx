import type {ReactNode} from 'react';
import {blank, Dialog, type DialogLine, dialogWidth, paragraph} from '../../components/dialog/dialog.tsx';
import type {Finding} from '../../src/health/finding.ts';
import {clean} from '../../src/text.ts';
import {age} from '../../src/words.ts';
import {type Size, useNow, useShell} from '../context.tsx';

/** A finding with its evidence and its cure. */
export function FindingDialog({finding, body}: {readonly finding: Finding; readonly body: Size}): ReactNode {
  const {ascii} = useShell();
  const nowMs = useNow();
  const width = dialogWidth(body.columns);
  const lines: DialogLine[] = [...paragraph(finding.text, width, {bold: true})];
  if (finding.hint !== undefined) lines.push(blank, ...paragraph(finding.hint, width));
  if (finding.evidence.length > 0) lines.push(blank);
  for (const {name, value, source, atMs} of finding.evidence) {
    const seen = atMs === undefined ? '' : `, ${age(Math.max(0, nowMs - atMs))} ago`;
    lines.push(...paragraph(`${name}: ${clean(value)}`, width));
    lines.push(...paragraph(`${source}${seen}`, width, {colour: 'dim'}, '   '));
  }
  const keys = `${cureKey(finding)}Esc back`;
  return <Dialog title={`${finding.check}: ${finding.level}`} lines={lines} keys={keys} {...body} ascii={ascii} />;
}

function cureKey({cure, fullOfLogs}: Finding): string {
  if (fullOfLogs !== undefined) return 'C clean up   ';
  if (cure === undefined) return '';
  return cure.kind === 'restart' ? 'R restart   ' : 'U start   ';
}
