import {oneLine} from '../text.ts';
import type {Check} from './check.ts';
import {checks} from './checks/index.ts';
import type {Evidence} from './evidence.ts';
import {byLevel, type Finding} from './finding.ts';

/** All findings, worst first. What they quote of hosts and servers is made harmless here. */
export function judge(evidence: Evidence, asked: readonly Check[] = checks): readonly Finding[] {
  return byLevel(
    asked.flatMap(check =>
      check.judge(evidence).map(judgement => ({
        ...judgement,
        check: check.id,
        text: oneLine(judgement.text),
        ...(judgement.hint === undefined ? {} : {hint: oneLine(judgement.hint)}),
      })),
    ),
  );
}
