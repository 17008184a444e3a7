import {oneLine} from '../text.ts';
import type {Check, Judgement} from './check.ts';
import {checks} from './checks/index.ts';
import type {Evidence} from './evidence.ts';
import {byLevel, type Finding} from './finding.ts';

/** All findings, worst first. What they quote of hosts and servers is made harmless here. */
export function judge(evidence: Evidence, asked: readonly Check[] = checks): readonly Finding[] {
  return byLevel(
    asked.flatMap(check =>
      judged(check, evidence).map(judgement => ({
        ...judgement,
        check: check.id,
        ...(check.see === undefined || judgement.level === 'ok' ? {} : {see: check.see}),
        text: oneLine(judgement.text),
        ...(judgement.hint === undefined ? {} : {hint: oneLine(judgement.hint)}),
      })),
    ),
  );
}

/** A fault of one check leaves the others as they are, and is a finding itself. */
function judged(check: Check, evidence: Evidence): readonly Judgement[] {
  try {
    return check.judge(evidence);
  } catch (error) {
    const said = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return [
      {
        about: 'windsock',
        level: 'unknown',
        text: `The check "${check.id}" failed: a fault of windsock.`,
        hint: 'What it asks is not known. Please report it, with what Enter shows here.',
        evidence: [{name: check.question, value: said, source: 'windsock'}],
      },
    ];
  }
}
