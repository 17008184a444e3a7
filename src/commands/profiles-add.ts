import {Problem} from '../problems/problem.ts';
import {type KeyName, keyNamed} from '../profile/keys.ts';
import {type NewProfile, sectionOf, triedProfile, writeProfile} from '../profile/new-profile.ts';
import {profilesFile, readProfiles} from '../profile/read-profiles.ts';
import {type Section, sectionText} from '../profile/section.ts';
import {isPassed} from '../trial/trial.ts';
import {type Command, type CommandInput, exitCodes, type ProfilesContext} from './command.ts';
import {profileDialogue} from './profile-dialogue.ts';
import {tried} from './profiles-test.ts';
import {Left, openPrompts} from './prompts.ts';
import {answerJson} from './trial-words.ts';
import {untilSignalled} from './until-signalled.ts';

/** Options that stand for one key. */
const keyOptions = [
  ['api', 'the address of the API'],
  ['user', 'the user of the API'],
  ['password-env', 'the environment variable that holds the password'],
  ['password-command', 'a command that prints the password'],
  ['password-keyring', 'SERVICE/ACCOUNT of the keyring, which has the password already'],
  ['token-env', 'the environment variable that holds a token'],
  ['token-command', 'a command that prints a token'],
  ['hosts', 'ssh://user@host:port or local, with commas between'],
  ['run-as', 'the user that Airflow runs as on the hosts'],
] as const;

/** Adds a section to profiles.ini: asks for it on a terminal, else by what the options say and with --yes. */
export const profilesAddCommand: Command = {
  path: ['profiles', 'add'],
  summary: 'Add a profile: on a terminal it asks, and tries each step; in a script by options and --yes',
  args: ['[name]'],
  options: [
    ...keyOptions.map(([name, description]) => ({flags: `--${name} <value>`, description})),
    {flags: '--set <key=value...>', description: 'any other key of profiles.ini'},
    {flags: '--no-test', description: 'do not try it'},
  ],
  changes: true,
  needs: 'profiles',
  run: (context, input) => {
    const {json, yes, dryRun} = context;
    const isAsking = process.stdin.isTTY && process.stdout.isTTY && !json && !yes && !dryRun;
    return isAsking ? byDialogue(context, input) : byOptions(context, input);
  },
};

async function byDialogue(context: ProfilesContext, input: CommandInput): Promise<number> {
  refuseReadOnly(context);
  const {file} = profilesFile(context.profilesFile);
  const taken = (await existing(context)).map(({name}) => name);
  const prompts = openPrompts(process.stdin, process.stdout);
  try {
    const made = await profileDialogue(prompts, {
      file,
      env: process.env,
      taken,
      given: given(input),
      untried: input.options.test === false,
      secrets: context.secrets,
    });
    if (made === undefined) {
      prompts.say('Nothing was written.');
      return exitCodes.ok;
    }
    await writeProfile(file, made, process.env);
    prompts.say(`Written. "windsock --profile ${made.name}" opens it.`);
    return exitCodes.ok;
  } catch (error) {
    if (!(error instanceof Left)) throw error;
    prompts.say('Nothing was written.');
    return exitCodes.interrupted;
  } finally {
    prompts.close();
  }
}

async function byOptions(context: ProfilesContext, input: CommandInput): Promise<number> {
  const {json, yes, dryRun, print, remark} = context;
  const made: NewProfile = {...given(input), secrets: []};
  if (made.name === '') throw new Problem('profile.invalid', 'the profile needs a name: windsock profiles add NAME …');
  const {file} = profilesFile(context.profilesFile);
  const profile = triedProfile(made, file, process.env);
  const section = sectionText(sectionOf(made));
  const names = (await existing(context)).map(({name}) => name);
  if (names.includes(made.name)) throw new Problem('profile.exists', `[${made.name}] in ${file}`);
  if (dryRun) {
    print(json ? JSON.stringify({file, section}) : section.trimEnd());
    return exitCodes.ok;
  }
  refuseReadOnly(context);
  if (!yes) throw new Problem('operation.not-confirmed', `add [${made.name}] to ${file}`);
  return untilSignalled(async signal => {
    const answers =
      input.options.test === false ? [] : await tried(profile, {json, print: remark, secrets: context.secrets}, signal);
    const isGood = isPassed(answers) && !signal.aborted;
    if (isGood) await writeProfile(file, made, process.env);
    if (json) print(JSON.stringify({file, section, steps: answers.map(answerJson), written: isGood}));
    else if (isGood) print(`[${made.name}] is written to ${file}`);
    else remark('Nothing was written, since a step failed. --no-test writes it all the same.');
    if (signal.aborted) return exitCodes.interrupted;
    return isGood ? exitCodes.ok : exitCodes.failed;
  });
}

const existing = async ({profilesFile: named}: ProfilesContext) =>
  (await readProfiles(named, process.env, {mayBeMissing: true})).profiles;

function refuseReadOnly({readOnly}: ProfilesContext): void {
  if (readOnly) throw new Problem('operation.read-only');
}

/** What the options say. Throws `profile.invalid`. */
function given({args, options}: CommandInput): Section {
  const entries = keyOptions.flatMap(([name]): (readonly [KeyName, string])[] => {
    const value = options[name.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase())];
    return typeof value === 'string' ? [[name.replaceAll('-', '_') as KeyName, value]] : [];
  });
  const pairs = Array.isArray(options.set) ? options.set.map(String) : [];
  const more = pairs.map((pair): readonly [KeyName, string] => {
    const at = pair.indexOf('=');
    const key = keyNamed(pair.slice(0, Math.max(0, at)));
    if (key === undefined) throw new Problem('profile.invalid', `--set ${pair.split('=')[0]}: there is no such key`);
    // Other users of this machine see arguments.
    if (key.kind === 'secret') throw new Problem('profile.invalid', `--set ${key.name}: a secret is no argument`);
    return [key.name, pair.slice(at + 1)];
  });
  return {name: args[0] ?? '', entries: [...entries, ...more]};
}
