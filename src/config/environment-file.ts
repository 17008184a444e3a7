/**
 * Reads an EnvironmentFile= by the rules of systemd (its env-file.c, checked against 252): quotes and escapes, comments that
 * begin with # or ; at the start of a line only, values that go on after a backslash or inside quotes, no `$` expansion.
 * A name that is no name of a variable (`export A`, `9X`) is passed over. Unlike before 254, a backslash at the end of a
 * comment does not swallow the next line.
 */
export function parseEnvironmentFile(text: string): Map<string, string> {
  const variables = new Map<string, string>();
  let at = 0;
  const next = () => text[at++];

  /** A value from after the = to the end of its line; quotes may open anywhere before the first plain character. */
  const value = (): string => {
    let read = '';
    // Trailing blanks are cut off from here on; what was quoted or escaped stays.
    let keep = 0;
    let plain = false;
    for (let char = next(); char !== undefined; char = next()) {
      if (isNewline(char)) return plain ? read.slice(0, keep) : read;
      if (!plain && char === "'") {
        read += untilQuote("'", next);
      } else if (!plain && char === '"') {
        read += untilQuote('"', next);
      } else if (char === '\\') {
        const escaped = next();
        plain = true;
        if (escaped !== undefined && !isNewline(escaped)) read += escaped;
        keep = read.length;
      } else if (plain || !isBlank(char)) {
        plain = true;
        read += char;
        if (!isBlank(char)) keep = read.length;
      }
    }
    return plain ? read.slice(0, keep) : read;
  };

  for (let char = next(); char !== undefined; char = next()) {
    if (isBlank(char) || isNewline(char)) continue;
    if (char === '#' || char === ';') {
      while (char !== undefined && !isNewline(char)) char = next();
      continue;
    }
    let name = '';
    while (char !== undefined && char !== '=' && !isNewline(char)) {
      name += char;
      char = next();
    }
    if (char !== '=') continue;
    const read = value();
    if (/^[A-Za-z_][A-Za-z0-9_]*$/.test(name.trimEnd())) variables.set(name.trimEnd(), read);
  }
  return variables;
}

const isNewline = (char: string) => char === '\n' || char === '\r';
const isBlank = (char: string) => char === ' ' || char === '\t';

function untilQuote(quote: string, next: () => string | undefined): string {
  let read = '';
  for (let char = next(); char !== undefined && char !== quote; char = next()) {
    if (quote === "'" || char !== '\\') {
      read += char;
      continue;
    }
    const escaped = next();
    if (escaped === undefined || escaped === '\n') continue;
    read += '"\\`$'.includes(escaped) ? escaped : `\\${escaped}`;
  }
  return read;
}
