import type {Keymap} from '../../components/keys/keymap.ts';
import type {ProfileBook} from '../../src/profile/profile-book.ts';
import type {ProfilesStore} from './profiles-store.ts';

export type ProfilesContext = {
  readonly store: ProfilesStore;
  readonly book: ProfileBook | undefined;
  readonly onSwitch: () => void;
  readonly onAdd: () => void;
  readonly onLeave: () => void;
};

const page = 10;
const far = Number.MAX_SAFE_INTEGER;

export const profilesKeymap: Keymap<ProfilesContext> = {
  title: 'Profiles',
  commands: [
    {
      id: 'profiles.down',
      keys: ['j', 'down'],
      label: 'down',
      help: 'One down',
      quiet: true,
      run: ({store}) => store.move(1),
    },
    {id: 'profiles.up', keys: ['k', 'up'], label: 'up', help: 'One up', quiet: true, run: ({store}) => store.move(-1)},
    {
      id: 'profiles.page-down',
      keys: ['pgdn', 'ctrl+d'],
      label: 'page down',
      help: 'Ten down',
      quiet: true,
      run: ({store}) => store.move(page),
    },
    {
      id: 'profiles.page-up',
      keys: ['pgup', 'ctrl+u'],
      label: 'page up',
      help: 'Ten up',
      quiet: true,
      run: ({store}) => store.move(-page),
    },
    {
      id: 'profiles.first',
      keys: ['g', 'home'],
      label: 'first',
      help: 'The first one',
      quiet: true,
      run: ({store}) => store.move(-far),
    },
    {
      id: 'profiles.last',
      keys: ['G', 'end'],
      label: 'last',
      help: 'The last one',
      quiet: true,
      run: ({store}) => store.move(far),
    },
    {
      id: 'profiles.switch',
      keys: ['enter'],
      label: 'open',
      help: 'Close this profile and open the one under the cursor',
      run: ({onSwitch}) => onSwitch(),
    },
    {
      id: 'profiles.test',
      keys: ['t'],
      label: 'test',
      help: 'Try the profile step by step; nothing is changed',
      run: ({store}) => {
        const profile = store.chosen();
        if (profile !== undefined) store.at.setState({at: 'trial', profile}, true);
      },
    },
    {
      id: 'profiles.add',
      keys: ['N'],
      label: 'new',
      help: 'Add a profile to profiles.ini; it is tried and shown before it is written',
      proposes: true,
      unavailable: ({book}) =>
        book === undefined ? 'There is no file of profiles' : book.readOnly ? 'windsock runs read-only' : undefined,
      run: ({onAdd}) => onAdd(),
    },
    {
      id: 'profiles.leave',
      keys: ['esc', 'q', '0', 'ctrl+c'],
      label: 'back',
      help: 'Back to the screen',
      run: ({onLeave}) => onLeave(),
    },
  ],
};

export type TrialContext = {
  readonly scroll: (by: number) => void;
  /** Why there is no going on yet; undefined when there is. */
  readonly cannotGoOn: () => string | undefined;
  readonly onGoOn: () => void;
  readonly onLeave: () => void;
};

export const trialKeymap: Keymap<TrialContext> = {
  title: 'Trial of a profile',
  commands: [
    {
      id: 'trial.down',
      keys: ['j', 'down'],
      label: 'down',
      help: 'A line down',
      quiet: true,
      run: ({scroll}) => scroll(1),
    },
    {id: 'trial.up', keys: ['k', 'up'], label: 'up', help: 'A line up', quiet: true, run: ({scroll}) => scroll(-1)},
    {
      id: 'trial.page-down',
      keys: ['pgdn', 'space'],
      label: 'page down',
      help: 'A page down',
      quiet: true,
      run: ({scroll}) => scroll(page),
    },
    {
      id: 'trial.page-up',
      keys: ['pgup'],
      label: 'page up',
      help: 'A page up',
      quiet: true,
      run: ({scroll}) => scroll(-page),
    },
    {
      id: 'trial.go-on',
      keys: ['enter'],
      label: 'go on',
      help: 'Of a profile that is being added: show what would be written, though a step failed',
      unavailable: ({cannotGoOn}) => cannotGoOn(),
      run: ({onGoOn}) => onGoOn(),
    },
    {
      id: 'trial.leave',
      keys: ['esc', 'q', 'ctrl+c'],
      label: 'back',
      help: 'End the trial and go back',
      run: ({onLeave}) => onLeave(),
    },
  ],
};

export type PreviewContext = {
  /** Why the key can write nothing yet. */
  readonly cannotWrite: () => string | undefined;
  readonly onWrite: (pressedAtMs: number) => void;
  readonly onLeave: () => void;
};

export const profilePreviewKeymap: Keymap<PreviewContext> = {
  title: 'Profile to be written',
  commands: [
    {
      id: 'profile.write',
      keys: ['y'],
      label: 'write it',
      help: 'Write the section to profiles.ini, and the secret to where it is kept',
      unavailable: ({cannotWrite}) => cannotWrite(),
      run: ({onWrite}, pressedAtMs) => onWrite(pressedAtMs),
    },
    {
      id: 'profile.leave',
      keys: ['esc', 'n', 'q', 'ctrl+c'],
      label: 'back',
      help: 'Back to the form; nothing is written',
      run: ({onLeave}) => onLeave(),
    },
  ],
};
