import {afterEach, expect} from 'vitest';
import {App} from '../../screens/app.tsx';
import {type Console, openConsole} from '../../src/console.ts';
import {type Demo, openDemo} from '../../src/demo/demo.ts';
import type {Profile} from '../../src/profile/profile.ts';
import type {ProfileBook} from '../../src/profile/profile-book.ts';
import {key, renderScreen, type Screen, type Size} from '../screen.tsx';

const opened: (() => Promise<void>)[] = [];
const bugs: unknown[] = [];

/** To be closed after the test, the last first. */
export function closing(close: () => Promise<void>): void {
  opened.push(close);
}

afterEach(async () => {
  for (const close of opened.splice(0).reverse()) await close();
  expect(bugs.splice(0)).toEqual([]);
});

/** The built-in installation, ten times as fast; closed after the test. */
export async function demo(): Promise<Demo> {
  const made = await openDemo({speed: 10});
  closing(() => made.close());
  return made;
}

export type Options = {
  readonly profile: Profile;
  readonly profiles?: readonly Profile[];
  readonly readOnly?: boolean;
  readonly ascii?: boolean;
  readonly book?: ProfileBook;
  readonly size?: Size;
  readonly stateFolder?: string;
  /** Given what the screens are given. */
  readonly onOpen?: (console: Console) => void;
};

/** The whole program on a terminal, with somebody at its keyboard. */
export function windsock(options: Options): Screen {
  const {profile, profiles = [profile], readOnly = false, ascii = false, book, size, stateFolder} = options;
  const screen = renderScreen(
    <App
      profiles={profiles}
      profile={profile}
      open={(chosen, ask) => {
        const console = openConsole(chosen, {
          readOnly,
          ask,
          onBug: error => bugs.push(error),
          ...(stateFolder === undefined ? {} : {stateFolder}),
          tell: ({message, hint}) => ask.tell?.(`${message}. ${hint}`),
        });
        options.onOpen?.(console);
        return console;
      }}
      ascii={ascii}
      {...(book === undefined ? {} : {book})}
    />,
    size,
  );
  closing(() => screen.unmount());
  return screen;
}

/** Both. */
export async function onDemo(options: Partial<Options> = {}): Promise<{demo: Demo; screen: Screen}> {
  const made = await demo();
  return {demo: made, screen: windsock({profile: made.profile, ...options})};
}

/** Confirms the preview, when the footer offers it: presses that come before it was drawn are dropped. */
export async function confirm(screen: Screen): Promise<void> {
  await screen.until('y do it', soonMs);
  screen.press('y');
}

/** Types a letter until it is taken: those that come before the preview was drawn are dropped. Returns how often. */
export async function typeLate(screen: Screen, letter: string, taken: RegExp): Promise<number> {
  for (let times = 1; ; times++) {
    screen.press(letter);
    const isTaken = await screen.until(taken, 1000).then(
      () => true,
      () => false,
    );
    if (isTaken) return times;
    if (times === 10) throw new Error(`"${letter}" is not taken:\n${screen.text()}`);
  }
}

/** Leaves the report. */
export async function leaveReport(screen: Screen): Promise<void> {
  await screen.until(/Esc leave$/m, soonMs);
  await screen.untilGone('^C cancel', soonMs);
  screen.press(key.escape);
  await screen.untilGone('┌', soonMs);
}

/** How long something may take that comes at the pace of the queries. */
export const soonMs = 20_000;
