// Nothing in them means something to a shell. `~` and `=` are not here: they do at the start of a word and in an assignment.
const plain = /^[A-Za-z0-9_/.,:@%+-]+$/;

/**
 * The only place that makes a command line of an argv: for a POSIX shell, one word per argument whatever is in it.
 * An argument with a NUL or a lone surrogate cannot reach a command unchanged and is a bug: `TypeError`.
 */
export const quote = (argv: readonly string[]): string => argv.map(quoteWord).join(' ');

function quoteWord(word: string): string {
  if (word.includes('\0') || !word.isWellFormed()) throw new TypeError('An argument has a NUL or a lone surrogate');
  return plain.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
