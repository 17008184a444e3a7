import {judge} from '../health/judge.ts';
import {verdict} from '../health/verdict.ts';
import {clean} from '../text.ts';
import {type CollectOptions, collectEvidence} from './collect.ts';
import {type Command, type CommandContext, healthExitCodes} from './command.ts';

const signs = {critical: '✖', warning: '!', unknown: '?', note: '·', ok: '✓'} as const;

/** Prints the health report once; the exit code is the verdict. */
export async function printHealth(
  {console, json, print}: CommandContext,
  options: CollectOptions = {},
): Promise<number> {
  const evidence = await collectEvidence(console, options);
  const findings = judge(evidence);
  const said = verdict(evidence, findings);
  if (json) {
    print(
      JSON.stringify({
        profile: console.profile.name,
        ...(evidence.version === undefined ? {} : {version: evidence.version}),
        verdict: {level: said.level, sentence: said.sentence, ...(said.why === undefined ? {} : {why: said.why})},
        findings: findings.map(({check, about, level, text, hint, evidence: facts}) => ({
          check,
          about,
          level,
          text,
          ...(hint === undefined ? {} : {hint}),
          evidence: facts.map(({name, value, source, atMs}) => ({
            name,
            value: clean(value),
            source,
            ...(atMs === undefined ? {} : {at: new Date(atMs).toISOString()}),
          })),
        })),
      }),
    );
  } else {
    print(`${signs[said.level]} ${said.sentence}`);
    if (said.why !== undefined) print(`  ${said.why}`);
    print('');
    for (const finding of findings) {
      print(`${signs[finding.level]} ${finding.text}`);
      if (finding.hint !== undefined && finding.level !== 'ok') print(`    ${finding.hint}`);
    }
  }
  return healthExitCodes[said.level];
}

export const healthCommand: Command = {
  path: ['health'],
  summary: 'Is it scheduling, and why not? Exits with 0 healthy, 1 warning, 2 critical, 3 unknown',
  options: [
    {
      flags: '--try-default-passwords',
      description: 'log in as admin/admin and airflow/airflow; Airflow writes refused logins to its log',
    },
  ],
  run: (context, {options}) => printHealth(context, {tryDefaultPasswords: options.tryDefaultPasswords === true}),
};
