import {expectProblem} from '../problems/problem.ts';
import {addProfile} from './add-profile.ts';
import {dropFromKeyring, type KeyringPlace, storeInKeyring} from './keyring.ts';
import type {KeyName} from './keys.ts';
import type {Profile} from './profile.ts';
import {profileOf, type Section} from './section.ts';

export type SecretName = 'password' | 'token' | 'ssh_password' | 'become_password';

/** A secret of a profile that is being added, and where it will be kept. */
export type NewSecret = {readonly name: SecretName} & (
  | {readonly kept: 'variable' | 'command'; readonly text: string}
  /** In the file that is readable for its owner only, or in the keyring of the desktop. */
  | {readonly kept: 'file' | 'keyring'; readonly secret: string}
);

/** A profile that is being added. Holds secrets: not for printing. */
export type NewProfile = {
  readonly name: string;
  readonly entries: Section['entries'];
  readonly secrets: readonly NewSecret[];
};

/** What will be written. */
export const sectionOf = ({name, entries, secrets}: NewProfile): Section => ({
  name,
  entries: [...entries, ...secrets.map(secret => entryOf(name, secret))],
});

/** The profile as it will be, but with what will be in the keyring in memory. Throws `profile.invalid`. */
export const triedProfile = (made: NewProfile, file: string, env: NodeJS.ProcessEnv): Profile =>
  profileOf(
    sectionOf({
      ...made,
      secrets: made.secrets.map(secret => (secret.kept === 'keyring' ? {...secret, kept: 'file'} : secret)),
    }),
    file,
    env,
  );

/** Puts the secrets where they are to be kept and the section into the file, or neither. Throws `Problem`. */
export async function writeProfile(file: string, made: NewProfile, env: NodeJS.ProcessEnv): Promise<void> {
  const stored: KeyringPlace[] = [];
  const store = async () => {
    for (const secret of made.secrets) {
      if (secret.kept !== 'keyring') continue;
      const place = placeOf(made.name, secret.name);
      await storeInKeyring(place, secret.secret);
      stored.push(place);
    }
  };
  try {
    await addProfile(file, sectionOf(made), env, store);
  } catch (error) {
    // The first failure is the one to tell.
    for (const place of stored) await dropFromKeyring(place).catch(expectProblem);
    throw error;
  }
}

const placeOf = (profile: string, name: SecretName): KeyringPlace => ({
  service: 'windsock',
  account: `${profile}/${name}`,
});

function entryOf(profile: string, secret: NewSecret): readonly [KeyName, string] {
  switch (secret.kept) {
    case 'variable':
      return [`${secret.name}_env`, secret.text];
    case 'command':
      return [`${secret.name}_command`, secret.text];
    case 'file':
      return [secret.name, secret.secret];
    default: {
      const {service, account} = placeOf(profile, secret.name);
      return [`${secret.name}_keyring`, `${service}/${account}`];
    }
  }
}
