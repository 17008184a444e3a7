import {createHash} from 'node:crypto';
import {hostname} from 'node:os';
import {accountHome, accountName} from './account.ts';

/** What the %-tokens of ssh_config stand for. */
export type Tokens = {
  /** As it was asked for: %n. */
  readonly original: string;
  /** %h */
  readonly host: string;
  readonly port: number;
  readonly user: string;
  /** The content of ProxyJump, or nothing: %j. */
  readonly jump: string;
  /** HostKeyAlias: %k; the host where there is none. */
  readonly alias: string;
};

/** Replaces %-tokens and ${VARIABLES} as ssh does; what is none stays. */
export function expandTokens(text: string, tokens: Tokens): string {
  return text
    .replace(/%([%CLdhijklnpru])/g, (_, letter: string) => tokenValue(letter, tokens))
    .replace(/\$\{(\w+)\}/g, (whole, name: string) => process.env[name] ?? whole);
}

/** A path of ssh_config: tokens, and `~` for the home of the account. */
export const expandPath = (text: string, tokens: Tokens): string =>
  expandTokens(
    text.replace(/^~(?=\/|$)/, () => accountHome()),
    tokens,
  );

function tokenValue(letter: string, {original, host, port, user, jump, alias}: Tokens): string {
  const local = hostname();
  switch (letter) {
    case 'C':
      return createHash('sha1').update(`${local}${host}${port}${user}${jump}`).digest('hex');
    case 'L':
      return local.split('.', 1)[0] ?? local;
    case 'd':
      return accountHome();
    case 'h':
      return host;
    case 'i':
      return String(process.getuid?.() ?? '');
    case 'j':
      return jump;
    case 'k':
      return alias;
    case 'l':
      return local;
    case 'n':
      return original;
    case 'p':
      return String(port);
    case 'r':
      return user;
    case 'u':
      return accountName();
    default:
      return '%';
  }
}
