import {type NewProfile, triedProfile, writeProfile} from './new-profile.ts';
import type {Profile} from './profile.ts';
import {readProfiles} from './read-profiles.ts';

/** Airflow on this machine: its components, and where its API should be. */
export type RunsHere = {readonly components: readonly string[]; readonly api: string};

/** The file of profiles as the screens have it: what can be added to it. */
export type ProfileBook = {
  readonly file: string;
  /** Nothing is written: windsock runs read-only. */
  readonly readOnly: boolean;
  /** The profile as it would be. Throws `profile.invalid`. */
  readonly tried: (made: NewProfile) => Profile;
  /** What runs on this machine: a profile of it is proposed. */
  readonly here: () => Promise<RunsHere | undefined>;
  /** Writes it. Returns all profiles that the file has then. Throws `Problem`. */
  readonly add: (made: NewProfile) => Promise<readonly Profile[]>;
};

export const profileBook = (
  file: string,
  env: NodeJS.ProcessEnv,
  {readOnly, here}: Pick<ProfileBook, 'readOnly' | 'here'>,
): ProfileBook => ({
  file,
  readOnly,
  here,
  tried: made => triedProfile(made, file, env),
  add: async made => {
    await writeProfile(file, made, env);
    return (await readProfiles(file, env)).profiles;
  },
});
