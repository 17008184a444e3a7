import type {Key} from 'ink';

/**
 * One key as it was pressed: a character ("j", "R", "/", "é") or a name ("enter", "esc", "up", "ctrl+r", "space").
 */
export type Press = string;

/** The Latin key in the same place on a 두벌식 keyboard, so that an input method left on does no harm. */
const jamo: Readonly<Record<string, string>> = Object.fromEntries(
  [
    ...'ㅂqㅈwㄷeㄱrㅅtㅛyㅕuㅑiㅐoㅔpㅁaㄴsㅇdㄹfㅎgㅗhㅓjㅏkㅣlㅋzㅌxㅊcㅍvㅠbㅜnㅡmㅃQㅉWㄸEㄲRㅆTㅒOㅖP'.matchAll(
      /(.)(.)/gu,
    ),
  ].map(([, hangul, latin]) => [hangul, latin]),
);

export const latin = (press: Press): Press => jamo[press] ?? press;

const named: readonly (readonly [keyof Key, string])[] = [
  ['upArrow', 'up'],
  ['downArrow', 'down'],
  ['leftArrow', 'left'],
  ['rightArrow', 'right'],
  ['pageUp', 'pgup'],
  ['pageDown', 'pgdn'],
  ['home', 'home'],
  ['end', 'end'],
  ['return', 'enter'],
  ['escape', 'esc'],
  ['backspace', 'backspace'],
  ['delete', 'delete'],
];

/**
 * Splits what Ink hands over into single presses: keys that are typed fast or come over a slow line
 * arrive as one string ("jT").
 */
export function presses(input: string, key: Key): readonly Press[] {
  if (key.tab) return [key.shift ? 'shift+tab' : 'tab'];
  for (const [flag, name] of named) if (key[flag] === true) return [name];
  if (key.ctrl) return [`ctrl+${input.toLowerCase()}`];
  if (key.meta) return [`alt+${input}`];
  return [...input].flatMap(character => {
    if (character === ' ') return ['space'];
    if (character === '\r' || character === '\n') return ['enter'];
    if (character === '\t') return ['tab'];
    if (character === '\x7f' || character === '\b') return ['backspace'];
    if (character === '\x1b') return ['esc'];
    return character < ' ' ? control(character) : [character];
  });
}

/** ^A to ^Z; of the others no terminal sends one for a key that windsock knows. */
function control(character: string): readonly Press[] {
  const letter = String.fromCharCode(character.charCodeAt(0) + 96);
  return /[a-z]/.test(letter) ? [`ctrl+${letter}`] : [];
}

/** The character that a press types into a field, or undefined. */
export function typed(press: Press): string | undefined {
  if (press === 'space') return ' ';
  return [...press].length === 1 ? press : undefined;
}

const shownAs: Readonly<Record<string, string>> = {
  space: 'Space',
  enter: 'Enter',
  esc: 'Esc',
  tab: 'Tab',
  'shift+tab': '⇧Tab',
  up: '↑',
  down: '↓',
  left: '←',
  right: '→',
  pgup: 'PgUp',
  pgdn: 'PgDn',
  home: 'Home',
  end: 'End',
  backspace: 'Backspace',
  delete: 'Del',
};

/** How a press is written in the footer, the help and the documentation. */
export function keyName(press: Press): string {
  if (press.startsWith('ctrl+')) return `^${press.slice(5).toUpperCase()}`;
  return shownAs[press] ?? press;
}
