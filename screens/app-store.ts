import {createStore, type StoreApi} from 'zustand/vanilla';
import type {HostKeyQuestion} from '../src/host/host.ts';

/** One line for the newest problem or message. */
export type Message = {readonly text: string; readonly level: 'info' | 'warning' | 'critical'};

/** What lies over the screen. */
export type Overlay = 'none' | 'help' | 'palette' | 'menu' | 'quit';

export type HostKeyDialog = {readonly question: HostKeyQuestion; readonly answer: (accept: boolean) => void};

/** The state of the program that belongs to no single screen. */
export type AppStore = {
  /** The id of the screen that is shown. */
  readonly screen: StoreApi<string>;
  readonly message: StoreApi<Message | undefined>;
  readonly overlay: StoreApi<Overlay>;
  readonly focused: StoreApi<boolean>;
  /** Questions about host keys, oldest first. */
  readonly questions: StoreApi<readonly HostKeyDialog[]>;
  readonly now: StoreApi<number>;
  /** Multiplies every pace. */
  readonly pace: StoreApi<number>;
  say(text: string, level?: Message['level']): void;
};

export function createAppStore(screen: string, now: number): AppStore {
  const message = createStore<Message | undefined>(() => undefined);
  return {
    screen: createStore(() => screen),
    message,
    overlay: createStore<Overlay>(() => 'none'),
    focused: createStore<boolean>(() => true),
    questions: createStore<readonly HostKeyDialog[]>(() => []),
    now: createStore(() => now),
    pace: createStore(() => 1),
    say: (text, level = 'info') => message.setState({text, level}, true),
  };
}
