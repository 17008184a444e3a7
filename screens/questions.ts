import {createStore, type StoreApi} from 'zustand/vanilla';
import {FieldStore} from '../components/field/field-store.ts';
import type {HostAsk, HostKeyQuestion, SecretQuestion} from '../src/host/host.ts';

/** A question of a host that waits for the user. */
export type Question =
  | {readonly about: 'host-key'; readonly question: HostKeyQuestion; readonly answer: (accept: boolean) => void}
  | {
      readonly about: 'secret';
      readonly question: SecretQuestion;
      readonly field: FieldStore;
      readonly answer: (secret: string | undefined) => void;
    };

/** The questions of hosts: they come by themselves, so that a press that was meant for something else must not answer them. */
export class Questions implements HostAsk {
  /** Oldest first; the first is on the screen. */
  readonly open: StoreApi<readonly Question[]> = createStore<readonly Question[]>(() => []);
  /** The one that can be read. */
  readonly readable: StoreApi<Question | undefined> = createStore<Question | undefined>(() => undefined);
  #readableFromMs = Number.POSITIVE_INFINITY;

  readonly tell: (remark: string) => void;

  constructor(tell: (remark: string) => void) {
    this.tell = tell;
  }

  readonly hostKey = (question: HostKeyQuestion): Promise<boolean> =>
    this.#ask(answer => ({about: 'host-key', question, answer}));

  readonly secret = (question: SecretQuestion): Promise<string | undefined> =>
    this.#ask(answer => ({about: 'secret', question, field: new FieldStore(), answer}));

  /** The question can be read now. */
  shown(question: Question): void {
    if (this.readable.getState() === question) return;
    this.#readableFromMs = performance.now();
    this.readable.setState(question, true);
  }

  /** Why a key can answer nothing yet. */
  cannotAnswer(): string | undefined {
    const [first] = this.open.getState();
    return first !== undefined && first === this.readable.getState() ? undefined : 'Read the question first';
  }

  /** The question that a press (by performance.now()) is meant for; undefined when none could be read by then. */
  meantAt<About extends Question['about']>(
    about: About,
    pressedAtMs: number,
  ): Extract<Question, {about: About}> | undefined {
    const [first] = this.open.getState();
    if (first === undefined || this.cannotAnswer() !== undefined || pressedAtMs < this.#readableFromMs)
      return undefined;
    return first.about === about ? (first as Extract<Question, {about: About}>) : undefined;
  }

  #ask<Answer>(make: (answer: (given: Answer) => void) => Question): Promise<Answer> {
    return new Promise(resolve => {
      const asked = make(given => {
        this.open.setState(all => all.filter(one => one !== asked), true);
        resolve(given);
      });
      this.open.setState(all => [...all, asked], true);
    });
  }
}
