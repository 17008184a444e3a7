import {render} from 'ink';
import type {Secrets} from '../src/activity/secrets.ts';
import {openConsole} from '../src/console.ts';
import type {FirstScreen} from '../src/main.ts';
import type {Problem} from '../src/problems/problem.ts';
import type {Profile} from '../src/profile/profile.ts';
import {profileBook} from '../src/profile/profile-book.ts';
import {airflowHere} from '../src/trial/here.ts';
import {App} from './app.tsx';
import {asciiOnly} from './ascii.ts';

export type ScreensOptions = {
  readonly profiles: readonly Profile[];
  readonly profile: Profile;
  /** Where a new profile is written. */
  readonly profilesFile: string;
  readonly banner: string | undefined;
  readonly stateFolder: string;
  readonly readOnly: boolean;
  readonly ascii: boolean;
  readonly secrets: Secrets;
};

/** Shows the screens until somebody leaves. `onMounted` is given what takes them off the terminal. Returns the exit code. */
export async function runScreens(
  {profiles, profile, profilesFile, banner, readOnly, ascii, secrets, stateFolder}: ScreensOptions,
  screen: FirstScreen,
  onMounted: (unmount: () => void) => void,
): Promise<number> {
  let failed: {readonly error: unknown} | undefined;
  const onBug = (error: unknown) => {
    failed ??= {error};
    instance.unmount();
  };
  screen.handOver();
  const instance = render(
    <App
      profiles={profiles}
      profile={profile}
      book={profileBook(profilesFile, process.env, {readOnly, here: airflowHere})}
      open={(chosen, ask) => {
        const tell = ({message, hint}: Problem) => ask.tell?.(`${message}. ${hint}`);
        return openConsole(chosen, {readOnly, ask, onBug, secrets, stateFolder, tell});
      }}
      ascii={ascii}
      {...(banner === undefined ? {} : {banner})}
    />,
    {
      stdout: ascii ? asciiOnly(process.stdout) : process.stdout,
      // A variable named CI in the environment must not leave the screen blank.
      interactive: true,
      alternateScreen: true,
      incrementalRendering: true,
      exitOnCtrlC: false,
      patchConsole: false,
      maxFps: 60,
    },
  );
  onMounted(() => instance.unmount());
  await instance.waitUntilExit();
  if (failed !== undefined) throw failed.error;
  return 0;
}
