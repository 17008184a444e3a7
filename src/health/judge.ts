import {checks} from './checks/index.ts';
import type {Evidence} from './evidence.ts';
import {byLevel, type Finding} from './finding.ts';

/** All findings, worst first. */
export function judge(evidence: Evidence): readonly Finding[] {
  return byLevel(checks.flatMap(check => check.judge(evidence).map(judgement => ({check: check.id, ...judgement}))));
}
