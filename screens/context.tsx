import {createContext, useContext} from 'react';
import {useStore} from 'zustand';
import type {Console} from '../src/console.ts';
import type {AppStore} from './app-store.ts';

export type Size = {readonly columns: number; readonly rows: number};

/** What every screen is given. */
export type Shell = {
  readonly console: Console;
  readonly app: AppStore;
  /** Of the whole terminal. */
  readonly size: Size;
  readonly ascii: boolean;
};

const ShellContext = createContext<Shell | undefined>(undefined);

export const ShellProvider = ShellContext;

export function useShell(): Shell {
  const shell = useContext(ShellContext);
  if (shell === undefined) throw new Error('a screen was drawn outside the app');
  return shell;
}

/** The room between the tabs and the message line. */
export function useBody(): Size {
  const {size} = useShell();
  return {columns: size.columns, rows: Math.max(1, size.rows - 4)};
}

/** The time by which ages are drawn; ticks once a second for all. */
export function useNow(): number {
  return useStore(useShell().app.now);
}
