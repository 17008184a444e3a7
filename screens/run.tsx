import {render} from 'ink';
import {openConsole} from '../src/console.ts';
import type {FirstScreen} from '../src/main.ts';
import type {Profile} from '../src/profile/profile.ts';
import {App} from './app.tsx';
import {asciiOnly} from './ascii.ts';

export type ScreensOptions = {
  readonly profiles: readonly Profile[];
  readonly profile: Profile;
  readonly banner: string | undefined;
  readonly stateFolder: string;
  readonly readOnly: boolean;
  readonly ascii: boolean;
};

/** Shows the screens until somebody leaves. `onMounted` is given what takes them off the terminal. Returns the exit code. */
export async function runScreens(
  {profiles, profile, banner, stateFolder, readOnly, ascii}: ScreensOptions,
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
      open={(chosen, ask) => openConsole(chosen, {readOnly, ask, stateFolder, onBug})}
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
