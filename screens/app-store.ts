import {createStore, type StoreApi} from 'zustand/vanilla';
import type {CleanWish} from './logs/clean-wish.ts';
import {Questions} from './questions.ts';

/** One line for the newest problem or message. */
export type Message = {readonly text: string; readonly level: 'info' | 'warning' | 'critical'};

/** What lies over the screen. */
export type Overlay = 'none' | 'help' | 'palette' | 'menu' | 'quit' | 'profiles';

/** What is no tab and belongs to no screen: it can be opened from each. */
export type View = 'none' | 'changes';

/** The state of the program that belongs to no single screen. */
export type AppStore = {
  /** The id of the screen that is shown. */
  readonly screen: StoreApi<string>;
  /** What is shown in place of the screen, and left again. */
  readonly view: StoreApi<View>;
  readonly message: StoreApi<Message | undefined>;
  readonly overlay: StoreApi<Overlay>;
  /** The clean-up whose form is open. */
  readonly cleanUp: StoreApi<CleanWish | undefined>;
  /** The host whose logs somebody wants to clean up every day. */
  readonly everyDay: StoreApi<string | undefined>;
  readonly focused: StoreApi<boolean>;
  readonly questions: Questions;
  readonly now: StoreApi<number>;
  /** Multiplies every pace. */
  readonly pace: StoreApi<number>;
  say(text: string, level?: Message['level']): void;
};

export function createAppStore(screen: string, now: number): AppStore {
  const message = createStore<Message | undefined>(() => undefined);
  const say = (text: string, level: Message['level'] = 'info') => message.setState({text, level}, true);
  return {
    screen: createStore(() => screen),
    view: createStore<View>(() => 'none'),
    message,
    overlay: createStore<Overlay>(() => 'none'),
    cleanUp: createStore<CleanWish | undefined>(() => undefined),
    everyDay: createStore<string | undefined>(() => undefined),
    focused: createStore<boolean>(() => true),
    questions: new Questions(remark => say(remark, 'warning')),
    now: createStore(() => now),
    pace: createStore(() => 1),
    say,
  };
}
