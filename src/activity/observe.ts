import type {OnRequest, RequestEnded} from '../airflow/request.ts';
import type {Host, HostEnded, OnDeed} from '../host/host.ts';
import {quote} from '../host/quote.ts';
import type {Problem} from '../problems/problem.ts';
import type {Ending} from './entry.ts';
import type {ActivityRecord} from './record.ts';
import type {Secrets} from './secrets.ts';

/** How the API is called beside the names of hosts. */
export const apiName = 'API';

/** Writes into the record what the ports do, without secrets. */
export class Observer {
  readonly #record: ActivityRecord;
  readonly #secrets: Secrets;
  readonly #named: (where: string) => string;

  /** `profile`: the name of one that is not the open one, said with each place. */
  constructor(record: ActivityRecord, secrets: Secrets, profile?: string) {
    this.#record = record;
    this.#secrets = secrets;
    this.#named = where => (profile === undefined ? where : `${where} (${profile})`);
  }

  readonly onRequest: OnRequest = ({atMs, method, login, only, ...request}) => {
    const url = this.#secrets.hide(request.url);
    const {pathname, search} = new URL(url);
    const ends = this.#record.begin({
      atMs,
      where: this.#named(apiName),
      what: `${method} ${pathname}${search}`,
      changes: method !== 'GET' && only === undefined,
      subject: {
        kind: 'request',
        method,
        url,
        login,
        ...(request.body === undefined ? {} : {body: this.#secrets.hide(request.body)}),
        ...(only === 'login' ? {isLogin: true} : {}),
      },
    });
    return ended => ends(this.#requestEnd(ended));
  };

  onDeed(where: string): OnDeed {
    return deed => {
      const begun = {atMs: Date.now(), where: this.#named(where), changes: deed.changes};
      if (deed.what === 'agent') {
        const what = `agent: ${this.#secrets.hide(deed.text)}`;
        const ends = this.#record.begin({...begun, what, subject: {kind: 'agent'}});
        return ended => ends(this.#hostEnd(ended, 'done'));
      }
      const argv = this.#secrets.hideArgv(deed.argv);
      const readsStdin = deed.readsStdin ? ({readsStdin: true} as const) : {};
      const subject = {kind: 'command', argv, ...readsStdin} as const;
      const ends = this.#record.begin({...begun, what: lineOf(argv), subject});
      return ended => ends(this.#hostEnd(ended));
    };
  }

  /** Notes each time that the host is reached or lost, until it is closed. */
  watchHost(host: Host): void {
    let before = host.state();
    let sinceMs = Date.now();
    host.onState(state => {
      const wasUp = before.at === 'up';
      const tookMs = Math.max(0, Date.now() - sinceMs);
      before = state;
      if (state.at === 'connecting' || state.at === 'up') sinceMs = Date.now();
      if (state.at !== 'up' && state.at !== 'down') return;
      const subject = {kind: 'connection'} as const;
      const what = wasUp ? 'SSH connection' : 'SSH login';
      const where = this.#named(host.name);
      const ends = this.#record.begin({atMs: Date.now(), where, what, changes: false, subject});
      if (state.at === 'up') ends({tookMs, outcome: 'ok', result: 'connected'});
      else ends({tookMs, outcome: 'failed', result: wasUp ? 'lost' : 'failed', problem: this.#shown(state.problem)});
    });
  }

  #requestEnd({tookMs, status, bytes, problem}: RequestEnded): Ending {
    const much = {tookMs, ...(bytes === undefined ? {} : {bytes})};
    if (problem === undefined && status === undefined) return {...much, outcome: 'cancelled', result: 'stopped'};
    const result = status === undefined ? 'no answer' : String(status);
    if (problem === undefined) return {...much, outcome: 'ok', result};
    return {...much, outcome: 'failed', result, problem: this.#shown(problem)};
  }

  #hostEnd({tookMs, bytes, ending, problem}: HostEnded, done?: string): Ending {
    const much = {tookMs, ...(bytes === undefined ? {} : {bytes})};
    if (problem !== undefined) return {...much, outcome: 'failed', result: 'failed', problem: this.#shown(problem)};
    if (ending === undefined) return {...much, outcome: 'cancelled', result: 'stopped'};
    const {code, signal} = ending;
    return {
      ...much,
      outcome: code === 0 ? 'ok' : 'failed',
      result: done ?? (code === undefined ? `${signal}` : `exit ${code}`),
    };
  }

  #shown({message, hint}: Problem): NonNullable<Ending['problem']> {
    return {message: this.#secrets.hide(message), hint};
  }
}

/** What can be no part of a command line (a NUL) was no command either. */
function lineOf(argv: readonly string[]): string {
  return argv.some(word => word.includes('\0') || !word.isWellFormed()) ? argv.join(' ') : quote(argv);
}
