import type {Secrets} from '../activity/secrets.ts';
import type {HostAsk} from '../host/host.ts';
import {expectProblem, Problem} from '../problems/problem.ts';
import {parseApiUrl} from '../profile/addresses.ts';
import {keyringMissing} from '../profile/keyring.ts';
import {keyNamed} from '../profile/keys.ts';
import {type NewProfile, type NewSecret, type SecretName, sectionOf, triedProfile} from '../profile/new-profile.ts';
import type {RunsHere} from '../profile/profile-book.ts';
import {nameMistake, type Section, shownSection} from '../profile/section.ts';
import {airflowHere} from '../trial/here.ts';
import type {StepQuestion} from '../trial/step.ts';
import {apiSubject, isPassed, planTrial} from '../trial/trial.ts';
import {Left, type Prompts} from './prompts.ts';
import {answerLines, widthsOf} from './trial-words.ts';

type Entries = Section['entries'];

/** What is known before the first question. */
export type DialogueOptions = {
  readonly file: string;
  readonly env: NodeJS.ProcessEnv;
  /** Names that are taken. */
  readonly taken: readonly string[];
  readonly given: Section;
  /** Nothing is connected. */
  readonly untried: boolean;
  /** Learns the secrets that are used. */
  readonly secrets: Secrets;
};

/** Asks for a profile step by step, and tries each step as soon as it can be. Undefined where it is not to be written. Throws `Left`. */
export async function profileDialogue(prompts: Prompts, options: DialogueOptions): Promise<NewProfile | undefined> {
  const {file, given} = options;
  const {say} = prompts;
  say('A profile names one Airflow: its API, its hosts, or both. ^C leaves, and nothing is written.');
  const here = given.entries.length > 0 || options.untried ? undefined : await airflowHere();
  const isHere = here !== undefined && (await proposes(prompts, here));
  const name = await askName(prompts, options, isHere ? 'local' : '');
  const api = await askApi(prompts, options, name, isHere ? here?.api : undefined);
  const hosts = await askHosts(prompts, options, name, isHere ? 'local' : undefined);
  if (api.entries.length + hosts.entries.length === 0) {
    say('Neither an API nor a host: there is nothing to write.');
    return undefined;
  }
  const flags = await askFlags(prompts);
  const rest = given.entries.filter(([key]) => !isAsked(key));
  const made: NewProfile = {
    name,
    entries: [...api.entries, ...hosts.entries, ...rest, ...flags],
    secrets: [...api.secrets, ...hosts.secrets],
  };
  say('');
  for (const line of shownSection(sectionOf(made)).trimEnd().split('\n')) say(`    ${line}`);
  say('');
  const answer = await prompts.line(`Write this to ${file}? y writes it, anything else leaves`);
  return answer === 'y' ? made : undefined;
}

/** Keys that the questions are about; others stay as they were given. */
const isAsked = (key: string): boolean => /^(api|user|hosts)$/.test(key) || isLogin(key);
const isLogin = (key: string): boolean => /^(password|token)(_|$)/.test(key);

async function proposes(prompts: Prompts, {components}: RunsHere): Promise<boolean> {
  prompts.say(`Airflow runs on this machine: ${components.join(', ')}.`);
  return (await prompts.choice('Is the profile for this machine? yes or no', ['yes', 'no'], 'yes')) === 'yes';
}

async function askName(prompts: Prompts, {given, taken}: DialogueOptions, proposed: string): Promise<string> {
  for (let name = given.name; ; name = '') {
    if (name === '') name = await prompts.line('Name of the profile', taken.includes(proposed) ? '' : proposed);
    const mistake = taken.includes(name) ? 'There is a profile of that name already.' : nameMistake(name);
    if (mistake === undefined) return name;
    prompts.say(mistake);
  }
}

type Part = {readonly entries: Entries; readonly secrets: readonly NewSecret[]};
const nothing: Part = {entries: [], secrets: []};

async function askApi(
  prompts: Prompts,
  options: DialogueOptions,
  name: string,
  proposed: string | undefined,
): Promise<Part> {
  const given = new Map(options.given.entries);
  let usual = given.get('api') ?? proposed ?? '';
  for (;;) {
    const url = await prompts.line('Address of the API, like https://airflow.example.com (- for none)', usual);
    if (url === '-' || url === '') return nothing;
    usual = url;
    const parsed = parseApiUrl(url);
    if ('refused' in parsed) {
      prompts.say(`The address ${parsed.refused}.`);
      continue;
    }
    const more = options.given.entries.filter(([key]) => keyNamed(key)?.needs === 'api' && !isAsked(key));
    const entries: Entries = [['api', url]];
    const isKnown = ({step}: StepQuestion) => step === 'reachable' || step === 'version';
    if (await isGood(prompts, options, {name, entries: [...entries, ...more], secrets: []}, isKnown)) {
      const login = await askLogin(prompts, options, name, [...entries, ...more]);
      if (login !== undefined) return {entries: [...entries, ...login.entries], secrets: login.secrets};
    }
  }
}

/** Undefined: the address is to be corrected. */
async function askLogin(
  prompts: Prompts,
  options: DialogueOptions,
  name: string,
  api: Entries,
): Promise<Part | undefined> {
  const given = new Map(options.given.entries);
  let usual = given.get('user') ?? '';
  let kept = options.given.entries.filter(([key]) => isLogin(key));
  for (;;) {
    const user = await prompts.line('User of the API (token for a token, - for none)', usual);
    usual = user;
    let login = nothing;
    if (user !== '-' && user !== '') {
      const secretName = user === 'token' ? 'token' : 'password';
      const secrets = kept.length > 0 ? [] : [await askSecret(prompts, secretName)];
      login = {entries: [...(user === 'token' ? [] : [['user', user] as const]), ...kept], secrets};
      kept = [];
    }
    const made = {name, entries: [...api, ...login.entries], secrets: login.secrets};
    const isNew = ({subject, step}: StepQuestion) => subject === apiSubject && !['reachable', 'version'].includes(step);
    if (await isGood(prompts, options, made, () => true, isNew)) return login;
  }
}

const places = {
  keyring: 'keyring   the keyring of this desktop',
  variable: 'variable  an environment variable that you set before windsock starts',
  command: 'command   a command that prints it (pass, secret-tool, vault …)',
  file: 'file      profiles.ini itself, readable for you only',
} as const;

async function askSecret(prompts: Prompts, name: SecretName): Promise<NewSecret> {
  const missing = await keyringMissing();
  const kinds = (Object.keys(places) as (keyof typeof places)[]).filter(
    kind => kind !== 'keyring' || missing === undefined,
  );
  prompts.say(`Where is the ${name} kept?`);
  for (const kind of kinds) prompts.say(`  ${places[kind]}`);
  const kind = (await prompts.choice('One of these', kinds, kinds[0])) as keyof typeof places;
  if (kind === 'variable') return {name, kept: kind, text: await required(prompts, 'Name of the variable')};
  if (kind === 'command') return {name, kept: kind, text: await required(prompts, 'The command')};
  for (;;) {
    const secret = await prompts.secret(`The ${name}`);
    if (secret !== '') return {name, kept: kind, secret};
  }
}

async function required(prompts: Prompts, question: string): Promise<string> {
  for (;;) {
    const answer = await prompts.line(question);
    if (answer !== '') return answer;
  }
}

async function askHosts(
  prompts: Prompts,
  options: DialogueOptions,
  name: string,
  proposed: string | undefined,
): Promise<Part> {
  const given = new Map(options.given.entries);
  let usual = given.get('hosts') ?? proposed ?? '';
  for (;;) {
    const answer = await prompts.line(
      'Hosts with commas between, like ops@af-1, ops@af-2:2222, local (- for none)',
      usual,
    );
    if (answer === '-' || answer === '') return nothing;
    const hosts = answer
      .split(',')
      .map(host => host.trim())
      .map(host => (host === 'local' || host.includes('://') ? host : `ssh://${host}`))
      .join(', ');
    usual = hosts;
    const entries: Entries = [['hosts', hosts]];
    const more = options.given.entries.filter(([key]) => keyNamed(key)?.needs === 'hosts');
    if (await isGood(prompts, options, {name, entries: [...entries, ...more], secrets: []}))
      return {entries, secrets: []};
  }
}

async function askFlags(prompts: Prompts): Promise<Entries> {
  const isProtected = await prompts.choice(
    'Does every change want the name typed (production)? yes or no',
    yesNo,
    'no',
  );
  const isForLooking = await prompts.choice('Only to look, never to change? yes or no', yesNo, 'no');
  return [
    ...(isProtected === 'yes' ? [['protect', 'yes'] as const] : []),
    ...(isForLooking === 'yes' ? [['read_only', 'yes'] as const] : []),
  ];
}

const yesNo = ['yes', 'no'] as const;

/** Tries what is there so far and says each answer. False: it is to be corrected. */
async function isGood(
  prompts: Prompts,
  {file, env, untried, secrets}: DialogueOptions,
  made: NewProfile,
  only: (question: StepQuestion) => boolean = () => true,
  isSaid: (question: StepQuestion) => boolean = () => true,
): Promise<boolean> {
  const {say, signal} = prompts;
  try {
    const profile = triedProfile(made, file, env);
    if (untried) return true;
    const trial = planTrial(profile, {
      secrets,
      ask: askOn(prompts),
      signal,
      only,
      onAnswer: answer => {
        // What was not asked says nothing new: the failure before it is there.
        if (signal.aborted || answer.outcome === 'not-asked' || (answer.outcome === 'passed' && !isSaid(answer)))
          return;
        for (const line of answerLines(answer, widths)) say(`  ${line}`);
      },
    });
    const widths = widthsOf(trial.questions);
    const answers = await trial.run();
    if (signal.aborted) throw new Left();
    if (isPassed(answers)) return true;
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    const {detail, title} = expectProblem(error);
    say(`  ${detail === '' ? title : detail}.`);
    return false;
  }
  return (
    (await prompts.choice('correct it, or go on nevertheless? correct or go', ['correct', 'go'], 'correct')) === 'go'
  );
}

/** Hosts ask on the terminal, one question after the other. */
function askOn({choice, secret, line, say}: Prompts): HostAsk {
  let last: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(question: () => Promise<T>): Promise<T> => {
    const answer = last.then(question);
    last = answer.catch(() => {});
    return answer;
  };
  const unlessLeft = async <T>(answer: Promise<T>, left: T): Promise<T> => {
    try {
      return await answer;
    } catch (error) {
      if (error instanceof Left) return left;
      throw error;
    }
  };
  return {
    hostKey: ({host, port, keyType, fingerprint}) =>
      inTurn(async () => {
        say(`  ${host}, port ${port}, shows a key that is not in known_hosts yet: ${keyType} ${fingerprint}`);
        say('  Compare it with what the host itself shows: ssh-keygen -lf /etc/ssh/ssh_host_…_key.pub');
        return (await unlessLeft(choice('  Is this its key, and to be recorded? yes or no', yesNo), 'no')) === 'yes';
      }),
    secret: ({host, what, prompt, shown}) =>
      inTurn(async () => {
        const question = `  ${host}: ${prompt === '' ? what : prompt.replace(/:\s*$/, '')}`;
        const answer = await unlessLeft<string | undefined>(shown ? line(question) : secret(question), undefined);
        return answer === '' ? undefined : answer;
      }),
    tell: remark => say(`  ${remark}`),
  };
}
