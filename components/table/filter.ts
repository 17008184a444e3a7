/** What to show of a table: text, `one|other`, `/regular expression/`, or `!` before one of these for the opposite. */
export type Filter = {
  /** As typed. Empty: everything passes. */
  readonly text: string;
  passes(text: string): boolean;
  /** What is odd about the filter, in a few words. */
  readonly remark?: string;
};

export const everything: Filter = {text: '', passes: () => true};

/** Capitals and small letters are the same. A regular expression that is none is taken as text, and says so. */
export function parseFilter(text: string): Filter {
  const negated = text.startsWith('!');
  const wanted = negated ? text.slice(1) : text;
  if (wanted === '') return {...everything, text};
  const expression = /^\/(.+)\/$/s.exec(wanted)?.[1];
  const regex = expression === undefined ? undefined : compile(expression);
  const matches = regex === undefined ? textMatcher(wanted) : (candidate: string) => regex.test(candidate);
  return {
    text,
    passes: negated ? candidate => !matches(candidate) : matches,
    ...(expression !== undefined && regex === undefined ? {remark: 'no regular expression, taken as text'} : {}),
  };
}

/** As it reads in a sentence: `/etl`, `/^etl/`, `!/etl`. */
export function filterName({text}: Filter): string {
  const negated = text.startsWith('!');
  const wanted = negated ? text.slice(1) : text;
  return `${negated ? '!' : ''}${wanted.startsWith('/') ? '' : '/'}${wanted}`;
}

function compile(expression: string): RegExp | undefined {
  try {
    return new RegExp(expression, 'im');
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function textMatcher(wanted: string): (candidate: string) => boolean {
  const alternatives = wanted
    .toLowerCase()
    .split('|')
    .filter(part => part !== '');
  if (alternatives.length === 0) alternatives.push(wanted.toLowerCase());
  return candidate => {
    const lower = candidate.toLowerCase();
    return alternatives.some(part => lower.includes(part));
  };
}
