import type {Command} from '../keys/keymap.ts';

export type ScrollContext = {
  /** By so many lines, as far as there are any. */
  readonly scroll: (by: number) => void;
  /** The lines that are on the screen at once. */
  readonly page: number;
};

/** Moving through a text that is longer than its dialog; `of` begins the ids. */
export const scrollCommands = (of: string): readonly Command<ScrollContext>[] => {
  const move = (
    id: string,
    keys: Command<ScrollContext>['keys'],
    help: string,
    by: (page: number) => number,
  ): Command<ScrollContext> => ({
    id: `${of}.${id}`,
    keys,
    label: id.replace('-', ' '),
    help,
    quiet: true,
    run: ({scroll, page}) => scroll(by(page)),
  });
  return [
    move('down', ['j', 'down'], 'A line down', () => 1),
    move('up', ['k', 'up'], 'A line up', () => -1),
    move('page-down', ['pgdn', 'space'], 'A page down', page => page),
    move('page-up', ['pgup'], 'A page up', page => -page),
    move('first', ['g', 'home'], 'To the first line', () => Number.NEGATIVE_INFINITY),
    move('last', ['G', 'end'], 'To the last line', () => Number.POSITIVE_INFINITY),
  ];
};
