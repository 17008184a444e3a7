import {clean, masked, maskUrls} from './text.ts';

/** As part of a name. NOPASSWD of a sudoers rule is none. */
const secretWord =
  '(?<!\\bno)(?:password|passwd|pwd|passphrase|secret|token|credentials?|(?:secret|access|private|api|auth|account|encryption|signing|fernet)[_-]?key)';

/** Secrets in a longer text: JSON, keyword arguments, headers, keys. */
const secretText: readonly RegExp[] = [
  new RegExp(`${secretWord}\\\\*["']?\\s*[:=]\\s*\\\\*["']?[^\\s"'\\\\,;}\\]•]`, 'i'),
  /\bbearer\s+[\w.~+/-]{8}/i,
  /\bauthorization["']?\s*[:=]/i,
  /-----BEGIN [A-Z ]*PRIVATE KEY/,
  // A user with an @ in the name, as Azure has them, and a password.
  /:\/\/[^/?#\s]*@[^/?#\s]*:[^\s•]*@/,
  // Only a token is a name without a password there.
  /\bhttps?:\/\/[^:/?#\s]+@/i,
];

/** A flag of a command whose next word is a secret: --password, --conn-password. */
export const secretFlag = new RegExp(`^--?(?:[\\w-]+-)?${secretWord}$`, 'i');

const argumentName = new RegExp(`^([\\w.-]*${secretWord}=).+$`, 'is');

/** A word of a command without what looks like a secret in it; all of what stands behind "PASSWORD=". */
export const hideSecretWord = (word: string): string => hideSecretText(word.replace(argumentName, `$1${masked}`));

const assignment = new RegExp(
  `(${secretWord}\\\\*["']?\\s*[:=]\\s*\\\\*)("(?:[^"\\\\]|\\\\.)*"?|'[^']*'?|[^\\s"'\\\\,;&}\\]]+)`,
  'gi',
);

/** The text without what looks like a secret in it, whoever wrote it: too much is hidden rather than too little. */
export const hideSecretText = (text: string): string =>
  maskUrls(text)
    .replace(/-----BEGIN [A-Z ]*PRIVATE KEY[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g, masked)
    .replace(/\b((?:authorization|cookie)["']?\s*[:=]\s*["']?)[^"'\n]+/gi, `$1${masked}`)
    .replace(/\b(bearer\s+)[\w.~+/-]{8,}=*/gi, `$1${masked}`)
    .replace(/\b(https?:\/\/)[^:/?#\s@]+@/gi, `$1${masked}@`)
    .replace(assignment, (_, name: string, value: string) => {
      const quote = /^["']/.exec(value)?.[0] ?? '';
      return `${name}${quote}${masked}${quote}`;
    });

/** Whether something in a text looks like a secret. */
export const holdsSecret = (value: string): boolean => secretText.some(pattern => pattern.test(value));

/** Text without these secrets, in any form that they may have in it: as they are, in an address or a form, in JSON. */
export function withoutSecrets(text: string, secrets: Iterable<string>): string {
  let safe = text;
  // The longest first: a secret may be the beginning of another.
  for (const secret of [...secrets].sort((a, b) => b.length - a.length)) {
    for (const form of formsOf(secret)) safe = safe.replaceAll(form, masked);
  }
  return safe;
}

function formsOf(secret: string): Iterable<string> {
  const whole = secret.toWellFormed();
  const json = JSON.stringify(whole).slice(1, -1);
  const form = new URLSearchParams({'': whole}).toString().slice(1);
  const forms = [whole, encodeURIComponent(whole), form, json, JSON.stringify(json).slice(1, -1), clean(whole)];
  return new Set(forms.filter(text => text !== ''));
}
