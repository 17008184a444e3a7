import {createStore, type StoreApi} from 'zustand/vanilla';
import {FieldStore} from '../field/field-store.ts';

/** What a form asks for. */
export type Question = {
  readonly id: string;
  readonly label: string;
  readonly hint?: string;
  readonly required?: boolean;
  /** The text to start with. */
  readonly text: string;
  /** In place of the label, where that depends on other answers. */
  readonly labelNow?: () => string;
  /** Whether a sign stands for each character: it is a secret. */
  readonly hidden?: () => boolean;
  /** Only one of these, chosen with ← → or Space. */
  readonly choices?: readonly string[];
  /** What is wrong with the text, in a sentence; undefined when nothing is. */
  readonly check: (text: string) => string | undefined;
};

export type FormState = {
  /** Index of the question that has the keyboard. */
  readonly focus: number;
  /** True once the form was sent off: from then on every mistake is shown. */
  readonly tried: boolean;
};

/** Questions with their answers. What somebody has typed is never replaced from outside. */
export class FormStore {
  readonly questions: readonly Question[];
  readonly fields: readonly FieldStore[];
  readonly state: StoreApi<FormState> = createStore<FormState>(() => ({focus: 0, tried: false}));

  constructor(questions: readonly Question[]) {
    this.questions = questions;
    this.fields = questions.map(({text}) => new FieldStore(text));
  }

  /** The field that has the keyboard. */
  field(): FieldStore {
    const field = this.fields[this.state.getState().focus];
    if (field === undefined) throw new Error('a form without questions has no field');
    return field;
  }

  question(): Question | undefined {
    return this.questions[this.state.getState().focus];
  }

  move(by: number): void {
    const places = this.questions.length;
    if (places > 0) this.state.setState(({focus}) => ({focus: (focus + by + places) % places}));
  }

  /** Types into the field, or chooses what begins with the letter. */
  type(text: string): void {
    const question = this.question();
    if (question?.choices === undefined) {
      if (question !== undefined) this.field().type(text);
    } else if (text === ' ') {
      this.choose(1);
    } else {
      const found = question.choices.find(choice => choice.toLowerCase().startsWith(text.toLowerCase()));
      if (found !== undefined) this.field().set(found);
    }
  }

  /** The next choice, or the previous one. */
  choose(by: number): void {
    const choices = this.question()?.choices;
    if (choices === undefined || choices.length === 0) return;
    const now = choices.indexOf(this.field().text);
    this.field().set(choices[(now + by + choices.length) % choices.length] ?? '');
  }

  mistake(index: number): string | undefined {
    return this.questions[index]?.check(this.fields[index]?.text ?? '');
  }

  /** The answers by id, or undefined: then the first mistake has the keyboard and all are shown. */
  submit(): ReadonlyMap<string, string> | undefined {
    const wrong = this.questions.findIndex((_, index) => this.mistake(index) !== undefined);
    if (wrong >= 0) {
      this.state.setState({focus: wrong, tried: true});
      return undefined;
    }
    return new Map(this.questions.map(({id}, index) => [id, this.fields[index]?.text ?? '']));
  }
}
