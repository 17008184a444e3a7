import {hideSecretText} from '../secret-text.ts';
import {clean} from '../text.ts';
import {catalogue, type ProblemCode} from './index.ts';

/** What a `Problem` may carry beside its detail. */
export type ProblemExtra = {
  /** Seconds that a server asked to wait (Retry-After). */
  readonly retryAfterS?: number;
  /** Lines for the administrator to use or read: sudoers rules, last words of a journal. */
  readonly lines?: readonly string[];
};

/**
 * An expected failure. It never carries the error of a library as its cause: those hold credentials
 * (got keeps the request's options, with the password, in enumerable properties).
 */
export class Problem extends Error {
  override readonly name = 'Problem';
  readonly code: ProblemCode;
  /** What exactly, in one line, without credentials; control characters are taken out. May be empty. */
  readonly detail: string;
  readonly retryAfterS: number | undefined;
  readonly lines: readonly string[];

  constructor(code: ProblemCode, detail = '', extra: ProblemExtra = {}) {
    // What is said of a profile names its keys ("password: …"), and no value.
    const harmless = code.startsWith('profile.') ? clean : withoutSecrets;
    const shown = harmless(detail);
    super(shown === '' ? catalogue[code].title : `${catalogue[code].title}: ${shown}`);
    this.code = code;
    this.detail = shown;
    this.retryAfterS = extra.retryAfterS;
    this.lines = (extra.lines ?? []).map(harmless);
  }

  /** What is so. */
  get title(): string {
    return catalogue[this.code].title;
  }

  /** What to do. */
  get hint(): string {
    return catalogue[this.code].hint;
  }

  toJSON(): {code: ProblemCode; title: string; detail: string; hint: string; lines?: readonly string[]} {
    const {code, title, detail, hint, lines} = this;
    return {code, title, detail, hint, ...(lines.length > 0 ? {lines} : {})};
  }
}

/** Foreign words, of a server or a journal, made harmless. */
const withoutSecrets = (text: string): string => hideSecretText(clean(text));

/** Returns the problem; anything else is a bug and is thrown again. */
export function expectProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  throw error;
}
