import {createStore, type StoreApi} from 'zustand/vanilla';

export type FieldState = {
  readonly text: string;
  /** Before which character the caret stands; characters are graphemes. */
  readonly caret: number;
};

let segmenter: Intl.Segmenter | undefined;

/** The characters of a text as a person counts them. */
export function characters(text: string): readonly string[] {
  segmenter ??= new Intl.Segmenter(undefined, {granularity: 'grapheme'});
  return [...segmenter.segment(text)].map(({segment}) => segment);
}

/** One line of text that is being typed. */
export class FieldStore {
  readonly state: StoreApi<FieldState>;
  readonly #onChange: ((text: string) => void) | undefined;

  constructor(text = '', onChange?: (text: string) => void) {
    this.state = createStore<FieldState>(() => ({text, caret: characters(text).length}));
    this.#onChange = onChange;
  }

  get text(): string {
    return this.state.getState().text;
  }

  set(text: string): void {
    this.#put(characters(text), characters(text).length);
  }

  /** Control characters of a paste become blanks: a field is one line. */
  type(text: string): void {
    const clean = text.replaceAll(/[\p{Cc}\p{Cf}]+/gu, ' ');
    const {caret} = this.state.getState();
    const all = characters(this.text);
    const before = all.slice(0, caret).join('') + clean;
    const whole = characters(before + all.slice(caret).join(''));
    // What is typed may join the character before it: an accent after its letter is one character with it.
    this.#put(whole, Math.min(whole.length, characters(before).length));
  }

  move(by: number): void {
    this.moveTo(this.state.getState().caret + by);
  }

  moveTo(caret: number): void {
    const last = characters(this.text).length;
    this.state.setState({caret: Math.max(0, Math.min(last, caret))});
  }

  /** Takes away the character before the caret. */
  backspace(): void {
    const {caret} = this.state.getState();
    if (caret > 0) this.#cut(caret - 1, caret);
  }

  /** Takes away the character at the caret. */
  delete(): void {
    const {caret} = this.state.getState();
    this.#cut(caret, caret + 1);
  }

  /** Takes away what stands before the caret. */
  clearBefore(): void {
    this.#cut(0, this.state.getState().caret);
  }

  /** Takes away the word before the caret. */
  clearWord(): void {
    const {caret} = this.state.getState();
    const before = characters(this.text).slice(0, caret).join('');
    const kept = characters(before.replace(/\S*\s*$/u, '')).length;
    this.#cut(kept, caret);
  }

  #cut(from: number, to: number): void {
    const all = characters(this.text);
    this.#put([...all.slice(0, from), ...all.slice(to)], from);
  }

  #put(all: readonly string[], caret: number): void {
    const text = all.join('');
    const changed = text !== this.text;
    this.state.setState({text, caret});
    if (changed) this.#onChange?.(text);
  }
}
