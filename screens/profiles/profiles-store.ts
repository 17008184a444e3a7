import {createStore, type StoreApi} from 'zustand/vanilla';
import type {FormStore} from '../../components/form/form-store.ts';
import type {NewProfile} from '../../src/profile/new-profile.ts';
import type {Profile} from '../../src/profile/profile.ts';

/** What stands in the dialog. A profile that is being added keeps its form: `Esc` goes back to it. */
export type At =
  | {readonly at: 'list'}
  | {readonly at: 'trial'; readonly profile: Profile; readonly adding?: Adding}
  | {readonly at: 'form'; readonly form: FormStore}
  | {readonly at: 'preview'; readonly adding: Adding; readonly failed: number};

export type Adding = {readonly form: FormStore; readonly made: NewProfile};

export type ProfilesStore = {
  readonly at: StoreApi<At>;
  /** The name under the cursor. */
  readonly cursor: StoreApi<string>;
  /** The profiles that can be seen now: set with each frame. */
  profiles: readonly Profile[];
  move(by: number): void;
  /** The profile under the cursor. */
  chosen(): Profile | undefined;
};

export function createProfilesStore(profiles: readonly Profile[], open: string): ProfilesStore {
  const cursor = createStore(() => open);
  const index = (store: ProfilesStore) => store.profiles.findIndex(({name}) => name === cursor.getState());
  const store: ProfilesStore = {
    at: createStore<At>(() => ({at: 'list'})),
    cursor,
    profiles,
    move: by => {
      const to = Math.max(0, Math.min(store.profiles.length - 1, Math.max(0, index(store)) + by));
      const {name} = store.profiles[to] ?? {};
      if (name !== undefined) cursor.setState(name, true);
    },
    chosen: () => store.profiles[index(store)],
  };
  return store;
}
