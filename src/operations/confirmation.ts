import type {Confirmation} from './operation.ts';

/** By typing the word where a profile protects itself with one, otherwise by the key. */
export const confirmation = (protect: string | undefined): Confirmation =>
  protect === undefined ? {by: 'key'} : {by: 'typing', word: protect};
