import type {Problem} from '../problems/problem.ts';

/** What is asked, for the activity. Holds no credentials. */
export type RequestBegun = {
  readonly method: string;
  readonly url: string;
  readonly atMs: number;
  /** How it is let in. */
  readonly login: 'none' | 'basic' | 'bearer' | 'session';
  /** It changes nothing, though it may be no GET. */
  readonly only?: 'login' | 'look';
  /** JSON. Absent where it is a login. */
  readonly body?: string;
};

/** How that ended. */
export type RequestEnded = {
  readonly tookMs: number;
  /** Absent when no answer came. */
  readonly status?: number;
  /** Of the body, decoded. */
  readonly bytes?: number;
  /** Absent also where nobody waits for the answer any more. */
  readonly problem?: Problem;
};

/** Told of each request when it is sent; what it returns is told how that ended. */
export type OnRequest = (begun: RequestBegun) => (ended: RequestEnded) => void;
