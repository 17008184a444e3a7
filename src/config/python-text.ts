/** What Python's `str.isspace` and `\s` call white space, for a character class. JavaScript's `\s` has U+FEFF in it and lacks \x1c-\x1f and \x85. */
export const whiteSpace =
  '\\t\\n\\v\\f\\r \\x1c-\\x1f\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000';

const start = new RegExp(`^[${whiteSpace}]+`);
const end = new RegExp(`(?<![${whiteSpace}])[${whiteSpace}]+$`);

export const isNonSpace = new RegExp(`[^${whiteSpace}]`);

/** Python's `str.rstrip()`. */
export const stripEnd = (text: string): string => text.replace(end, '');

/** Python's `str.strip()`. */
export const strip = (text: string): string => stripEnd(text.replace(start, ''));
