import type {Profile} from '../profile/profile.ts';
import type {StepAnswer} from '../trial/step.ts';
import {isPassed, planTrial} from '../trial/trial.ts';
import {type Command, exitCodes, type ProfilesContext} from './command.ts';
import {answerJson, answerLines, widthsOf} from './trial-words.ts';
import {untilSignalled} from './until-signalled.ts';

/** Tries a profile and prints each answer as it comes, of the API and the hosts by turns; with --json all at the end. */
export const profilesTestCommand: Command = {
  path: ['profiles', 'test'],
  summary: 'Try a profile step by step, and say what to do about each failure. Exits with 0 where every step passed',
  args: ['[name]'],
  needs: 'profiles',
  run: async (context, {args}) => {
    const profile = await context.choose(args[0]);
    return untilSignalled(async signal => {
      const answers = await tried(profile, context, signal);
      if (context.json) context.print(JSON.stringify({profile: profile.name, steps: answers.map(answerJson)}));
      else context.print(summary(profile, answers));
      if (signal.aborted) return exitCodes.interrupted;
      return isPassed(answers) ? exitCodes.ok : exitCodes.failed;
    });
  },
};

/** Tries a profile with nobody to ask, and prints the answers as they come unless it is for --json. */
export async function tried(
  profile: Profile,
  {json, print, secrets}: Pick<ProfilesContext, 'json' | 'print' | 'secrets'>,
  signal: AbortSignal,
): Promise<readonly StepAnswer[]> {
  const trial = planTrial(profile, {
    secrets,
    signal,
    onAnswer: answer => {
      if (!json) for (const line of answerLines(answer, widths)) print(line);
    },
  });
  const widths = widthsOf(trial.questions);
  return trial.run();
}

function summary({name}: Profile, answers: readonly StepAnswer[]): string {
  const count = (outcome: StepAnswer['outcome']) => answers.filter(answer => answer.outcome === outcome).length;
  const failed = count('failed');
  const skipped = count('not-asked');
  const rest = skipped === 0 ? '' : `, ${skipped} not asked`;
  return failed === 0
    ? `${name}: nothing failed, ${count('passed')} steps passed${rest}`
    : `${name}: ${failed} ${failed === 1 ? 'step' : 'steps'} failed, ${count('passed')} passed${rest}`;
}
