/** How something that was asked or run ended. */
export type Ending = {
  readonly tookMs: number;
  /** Of the answer: its body, or what a command said on stdout. Absent where nothing came or nobody counts. */
  readonly bytes?: number;
  readonly outcome: 'ok' | 'failed' | 'cancelled';
  /** In a word or two: "200", "exit 1", "no answer". */
  readonly result: string;
  readonly problem?: {readonly message: string; readonly hint: string};
};

/** How a request was let in; the secret itself is nowhere. */
export type RequestLogin = 'none' | 'basic' | 'bearer' | 'session';

/** What a thing is made of, for whoever wants to see it whole or do it again. */
export type Subject =
  | {
      readonly kind: 'request';
      readonly method: string;
      readonly url: string;
      readonly login: RequestLogin;
      /** JSON. Absent where nothing was sent, and where what was sent is a login. */
      readonly body?: string;
      /** It sends a password: there is nothing to copy. */
      readonly isLogin?: true;
    }
  | {
      readonly kind: 'command';
      /** As it runs on the host, with what `become` puts before it. */
      readonly argv: readonly string[];
      /** It is told what to do on stdin, which nobody keeps. */
      readonly readsStdin?: true;
    }
  /** What the agent was asked. */
  | {readonly kind: 'agent'}
  | {readonly kind: 'connection'}
  /** Something that a person looked at. */
  | {readonly kind: 'note'}
  | {readonly kind: 'operation'};

/** Something that windsock asked, ran or was told, without secrets. */
export type Entry = {
  /** Ascending. */
  readonly id: number;
  readonly atMs: number;
  /** "API", the name of a host, or that of the profile. */
  readonly where: string;
  /** In one line: "GET /api/v1/dags?limit=100", "systemctl show …". */
  readonly what: string;
  /** It was to change something. */
  readonly changes: boolean;
  readonly subject: Subject;
  /** Absent while it runs. */
  readonly end?: Ending;
};

export type Begun = Omit<Entry, 'id' | 'end'>;
