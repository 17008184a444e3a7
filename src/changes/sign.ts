import {type ChangeKind, kinds} from './change.ts';

const signs = {
  bad: {text: '✖', ascii: 'x', colour: 'red'},
  notable: {text: '!', ascii: '!', colour: 'yellow'},
  plain: {text: '·', ascii: '-', colour: undefined},
} as const;

/** The sign before a line of the time line. */
export const signOf = (kind: ChangeKind): (typeof signs)[keyof typeof signs] => signs[kinds[kind].level];
