// Strings for the terminal (titles, links), CSI, and what else begins with an escape. None of them can hold the beginning
// of another one, so that hostile text takes no longer than other text (stripVTControlCharacters needs seconds for some).
const sequences =
  /(?:\u001b[\]PX^_]|[\u0090\u0098\u009d-\u009f])[^\u0007\u001b\u0090\u0098\u009c-\u009f\n]*(?:\u0007|\u001b\\|\u009c)|(?:\u001b\[|\u009b)[0-?]*[ -/]*[@-~]|\u001b[ -/]*[0-~]/g;

// C0 but the line feed, DEL and C1; soft hyphen and what else has no width; direction marks, overrides and isolates; tag characters.
const unsafe =
  /[\u0000-\u0009\u000b-\u001f\u007f-\u009f]|[\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]|\u034f|[\u{e0000}-\u{e007f}]/gu;

/**
 * Text of a server, fit for a terminal: no escape sequences, control characters, direction overrides or characters
 * without width. Line feeds stay, a tab becomes four spaces.
 */
export function clean(text: string): string {
  return text
    .toWellFormed()
    .replace(sequences, '')
    .replace(/[\u2028\u2029]/g, '\n')
    .replaceAll('\t', '    ')
    .replace(unsafe, '');
}

/** `clean` in one line: white space becomes single spaces; what is longer than `max` characters is cut, with an ellipsis. */
export function oneLine(text: string, max = Number.POSITIVE_INFINITY): string {
  const line = clean(text).replace(/\s+/g, ' ').trim();
  if (line.length <= max) return line;
  const characters = [...line];
  return characters.length <= max ? line : `${characters.slice(0, Math.max(0, max - 1)).join('')}…`;
}

/** JSON in which every character is escaped that a terminal may obey or not show: what it says stays the same. */
export function escapeJson(json: string): string {
  const escaped = (character: string) =>
    character.replace(/[\s\S]/g, unit => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
  return json.replace(unsafe, escaped).replace(/[\u2028\u2029]/g, escaped);
}

/** What stands in place of a secret. */
export const masked = '••••';

/**
 * Text without the passwords of the URLs in it, whatever characters they have in them: too much is hidden rather than
 * too little.
 */
export function maskUrls(text: string): string {
  return text
    .split('\n')
    .map(maskUserInfo)
    .join('\n')
    .replace(/([?&;][^=&;?\s]*(?:password|passwd|pwd|secret|token|key)=)[^&;\s]*/gi, `$1${masked}`);
}

/** From the first "://user:" of a line to its last "@": a password may hold both, unencoded. */
function maskUserInfo(line: string): string {
  const end = line.lastIndexOf('@');
  if (end < 0) return line;
  return line.slice(0, end).replace(/(:\/\/[^:/?#@\s]*:).*/s, `$1${masked}`) + line.slice(end);
}
