import {Box, Text, useApp, useStdin, useStdout, useWindowSize} from 'ink';
import {type ReactNode, useEffect, useState} from 'react';
import {useStore} from 'zustand';
import {Footer} from '../components/frame/footer.tsx';
import {Tabs} from '../components/frame/tabs.tsx';
import {Keyboard, ranks, useKeymap} from '../components/keys/keyboard.tsx';
import {type Dispatched, KeyLayers} from '../components/keys/layers.ts';
import {keyName} from '../components/keys/press.ts';
import type {Console} from '../src/console.ts';
import type {HostAsk} from '../src/host/host.ts';
import type {Profile} from '../src/profile/profile.ts';
import type {ProfileBook} from '../src/profile/profile-book.ts';
import {appKeymap} from './app-keys.ts';
import {type AppStore, createAppStore, type Message} from './app-store.ts';
import {Changes} from './changes/changes.tsx';
import {ShellProvider, useShell} from './context.tsx';
import {screens} from './index.ts';
import {CleanUp} from './logs/clean-form.tsx';
import {CleanEveryDay} from './logs/schedule-form.tsx';
import {MessageLine} from './message-line.tsx';
import {OperationDialog} from './operation/operation-dialog.tsx';
import {Overlays} from './overlays.tsx';
import {ProfilesOverlay} from './profiles/profiles-overlay.tsx';
import {QuestionDialog} from './question-dialog.tsx';
import {StatusHeader} from './status-header.tsx';

export type AppProps = {
  /** What can be switched to. */
  readonly profiles: readonly Profile[];
  readonly profile: Profile;
  /** Where profiles are added. */
  readonly book?: ProfileBook;
  readonly open: (profile: Profile, ask: HostAsk) => Console;
  readonly ascii: boolean;
  /** Said until something newer is to be said: how to add one's own Airflow. */
  readonly banner?: string;
};

/** The whole program on the terminal: one open profile at a time. */
export function App({banner, ...props}: AppProps): ReactNode {
  const [profile, setProfile] = useState(props.profile);
  const [profiles, setProfiles] = useState(props.profiles);
  const onAdded = (added: readonly Profile[]) =>
    setProfiles(before => [...before, ...added.filter(({name}) => !before.some(known => known.name === name))]);
  return (
    <OpenProfile
      key={profile.name}
      {...props}
      {...(banner !== undefined && profile === props.profile && {banner})}
      profile={profile}
      profiles={profiles}
      onSwitch={setProfile}
      onAdded={onAdded}
    />
  );
}

type OpenProfileProps = AppProps & {
  readonly onSwitch: (profile: Profile) => void;
  readonly onAdded: (profiles: readonly Profile[]) => void;
};

function OpenProfile({profile, open, ascii, banner, ...frame}: OpenProfileProps): ReactNode {
  const [app] = useState(() => {
    const store = createAppStore('health', Date.now());
    if (banner !== undefined) store.say(banner);
    return store;
  });
  const [layers] = useState(() => new KeyLayers());
  const [console] = useState(() => open(profile, app.questions));
  const {columns, rows} = useWindowSize();
  useEffect(() => () => console.close(), [console]);
  useClock(app);
  useFocus(app, console);
  return (
    <ShellProvider value={{console, app, size: {columns, rows}, ascii}}>
      <Keyboard layers={layers} onDispatched={dispatched => explain(app, dispatched)}>
        <Frame {...frame} />
      </Keyboard>
    </ShellProvider>
  );
}

type FrameProps = Pick<OpenProfileProps, 'profiles' | 'book' | 'onSwitch' | 'onAdded'>;

function Frame({profiles, book, onSwitch, onAdded}: FrameProps): ReactNode {
  const {console, app, size, ascii} = useShell();
  const {exit} = useApp();
  const active = useStore(app.screen);
  useKeymap(appKeymap, {app, console, quit: () => exit()}, {rank: ranks.frame});
  const view = useStore(app.view);
  const Active = screens.find(({id}) => id === active)?.component;
  const body = {columns: size.columns, rows: Math.max(1, size.rows - 4)};
  return (
    <Box flexDirection="column" width={size.columns} height={size.rows} overflow="hidden">
      <StatusHeader />
      <Tabs tabs={[...screens, profilesTab]} active={active} />
      <Box height={body.rows} width={body.columns} overflow="hidden">
        {view === 'changes' ? (
          <Changes onLeave={() => app.view.setState('none', true)} />
        ) : (
          Active !== undefined && <Active key={active} />
        )}
        <ProfilesOverlay body={body} profiles={profiles} book={book} onSwitch={onSwitch} onAdded={onAdded} />
        <CleanUp body={body} />
        <CleanEveryDay body={body} />
        <OperationDialog body={body} />
        <QuestionDialog body={body} />
        <Overlays body={body} profiles={profiles} onSwitch={onSwitch} onQuit={() => exit()} />
      </Box>
      <MessageLine columns={size.columns} ascii={ascii} />
      <Box height={1} flexShrink={0}>
        <Text> </Text>
        <Footer columns={size.columns} />
      </Box>
    </Box>
  );
}

/** It lies over the screens: no screen of its own. */
const profilesTab = {id: 'profiles', key: '0', title: 'profiles'} as const;

/** What was said before the last key that did something. */
const olds = new WeakMap<AppStore, Message>();

/** Says why a key did nothing, and takes an old message away when a key did something: good news can be read for one key longer. */
function explain(app: AppStore, dispatched: Dispatched): void {
  const message = app.message.getState();
  if (dispatched.at === 'refused') {
    app.say(`${keyName(dispatched.command.keys[0])} ${dispatched.command.label}: ${dispatched.why}.`, 'warning');
  } else if (dispatched.at === 'ran' && message !== undefined) {
    const isOld = message.level === 'warning' || (message.level === 'info' && olds.get(app) === message);
    if (isOld) app.message.setState(undefined, true);
    else olds.set(app, message);
  }
}

/** One timer for all clocks, ages and spinners; slower while nobody looks. */
function useClock(app: AppStore): void {
  const focused = useStore(app.focused);
  useEffect(() => {
    const tick = () => app.now.setState(Date.now(), true);
    tick();
    const timer = setInterval(tick, focused ? 1_000 : 30_000);
    return () => clearInterval(timer);
  }, [app, focused]);
}

const focusIn = '\x1b[I';
const focusOut = '\x1b[O';

/** Without the focus of the terminal nothing is asked but the verdict. */
function useFocus(app: AppStore, console: Console): void {
  const {stdin} = useStdin();
  const {stdout} = useStdout();
  useEffect(() => {
    const onData = (data: Buffer | string) => {
      const text = data.toString();
      const last = Math.max(text.lastIndexOf(focusIn), text.lastIndexOf(focusOut));
      if (last < 0) return;
      const focused = text.startsWith(focusIn, last);
      app.focused.setState(focused, true);
      console.live.focus(focused);
    };
    stdin.on('data', onData);
    stdout.write('\x1b[?1004h');
    return () => {
      stdin.off('data', onData);
      stdout.write('\x1b[?1004l');
    };
  }, [app, console, stdin, stdout]);
}
