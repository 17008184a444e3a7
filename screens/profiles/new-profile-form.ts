import {FormStore, type Question} from '../../components/form/form-store.ts';
import {parseApiUrl, parseHost} from '../../src/profile/addresses.ts';
import type {KeyName} from '../../src/profile/keys.ts';
import type {NewProfile, NewSecret} from '../../src/profile/new-profile.ts';
import type {Profile} from '../../src/profile/profile.ts';
import type {RunsHere} from '../../src/profile/profile-book.ts';
import {nameMistake} from '../../src/profile/section.ts';

const nowhere = 'nowhere';
const keptAt = ['keyring', 'variable', 'command', 'file'] as const;
type KeptAt = (typeof keptAt)[number];

/** The form of a profile that is to be added. `profiles` are those that have their names already. */
export function newProfileForm(profiles: () => readonly Profile[]): FormStore {
  const answer = (id: string): string => {
    const index = form.questions.findIndex(question => question.id === id);
    return (form.fields[index]?.text ?? '').trim();
  };
  const kept = () => answer('kept');
  const questions: readonly Question[] = [
    {
      id: 'name',
      label: 'name',
      required: true,
      text: '',
      check: text =>
        profiles().some(({name}) => name === text.trim())
          ? 'There is a profile of that name already.'
          : nameMistake(text.trim()),
    },
    {
      id: 'api',
      label: 'API',
      hint: 'Like https://airflow.example.com. Empty: no API.',
      text: '',
      check: text => {
        if (text.trim() === '') return answer('hosts') === '' ? 'An API or hosts are needed.' : undefined;
        const parsed = parseApiUrl(text.trim());
        return 'refused' in parsed ? `It ${parsed.refused}.` : undefined;
      },
    },
    {
      id: 'user',
      label: 'user of the API',
      hint: 'Empty: a token, or no login.',
      text: '',
      check: text => (text.trim() !== '' && kept() === nowhere ? 'Where is its password kept?' : undefined),
    },
    {
      id: 'kept',
      label: 'password or token is in',
      hint: 'The keyring of the desktop, a variable, what a command prints, or profiles.ini itself.',
      text: nowhere,
      choices: [nowhere, ...keptAt],
      check: text => (text !== nowhere && answer('api') === '' ? 'It is for the API, and there is none.' : undefined),
    },
    {
      id: 'secret',
      label: 'the password itself',
      labelNow: () => secretLabels[kept() as KeptAt] ?? 'password or token',
      hidden: () => kept() === 'keyring' || kept() === 'file',
      text: '',
      check: text => {
        if (kept() === nowhere) return text === '' ? undefined : 'Say above where it is kept.';
        return text === '' ? 'It is needed.' : undefined;
      },
    },
    {
      id: 'hosts',
      label: 'hosts',
      hint: 'ops@af-1, ops@af-2:2222, or local. Empty: no hosts.',
      text: '',
      check: text => {
        for (const host of hostList(text)) {
          const parsed = parseHost(host);
          if ('refused' in parsed) return `A host ${parsed.refused}.`;
        }
        return undefined;
      },
    },
    {
      id: 'run_as',
      label: 'Airflow user of the hosts',
      hint: 'Empty: the user of the units.',
      text: '',
      check: () => undefined,
    },
    {
      id: 'protect',
      label: 'production',
      hint: 'yes: every change wants the name typed.',
      text: 'no',
      choices: ['no', 'yes'],
      check: () => undefined,
    },
    {
      id: 'read_only',
      label: 'only to look',
      hint: 'yes: nothing can be changed.',
      text: 'no',
      choices: ['no', 'yes'],
      check: () => undefined,
    },
  ];
  const form: FormStore = new FormStore(questions);
  return form;
}

const secretLabels: Readonly<Record<KeptAt, string>> = {
  keyring: 'the password or token',
  variable: 'name of the variable',
  command: 'the command',
  file: 'the password or token',
};

/** Of `af-1` as of `ssh://af-1`. */
function hostList(text: string): readonly string[] {
  if (text.trim() === '') return [];
  return text
    .split(',')
    .map(host => host.trim())
    .map(host => (host === 'local' || host.includes('://') ? host : `ssh://${host}`));
}

/** Nobody has typed anything yet. */
export const isUntouched = ({questions, fields}: FormStore): boolean =>
  questions.every(({text}, index) => fields[index]?.text === text);

/** Fills in what is known of Airflow on this machine. */
export function propose({questions, fields}: FormStore, {api}: RunsHere): void {
  const proposed: Readonly<Record<string, string>> = {name: 'local', api, hosts: 'local'};
  for (const [index, {id, check}] of questions.entries()) {
    const text = proposed[id];
    if (text !== undefined && check(text) === undefined) fields[index]?.set(text);
  }
}

/** What the answers make. */
export function newProfileOf(answers: ReadonlyMap<string, string>): NewProfile {
  const text = (id: string) => (answers.get(id) ?? '').trim();
  const user = text('user');
  const hosts = hostList(text('hosts'));
  const entries: (readonly [KeyName, string])[] = [
    ...(text('api') === '' ? [] : [['api', text('api')] as const]),
    ...(user === '' ? [] : [['user', user] as const]),
    ...(hosts.length === 0 ? [] : [['hosts', hosts.join(', ')] as const]),
    ...(text('run_as') === '' ? [] : [['run_as', text('run_as')] as const]),
    ...(text('protect') === 'yes' ? [['protect', 'yes'] as const] : []),
    ...(text('read_only') === 'yes' ? [['read_only', 'yes'] as const] : []),
  ];
  return {name: text('name'), entries, secrets: secretOf(user, text('kept'), answers.get('secret') ?? '')};
}

function secretOf(user: string, kept: string, text: string): readonly NewSecret[] {
  const name = user === '' ? 'token' : 'password';
  if (kept === 'variable' || kept === 'command') return [{name, kept, text: text.trim()}];
  return kept === 'file' || kept === 'keyring' ? [{name, kept, secret: text}] : [];
}
