import {homedir} from 'node:os';
import type {Question} from '../../components/form/form-store.ts';
import {parseStoreAddress, type StoreAddress} from '../../src/store/address.ts';

/** Where logs are archived; `text` is proposed. */
export const intoQuestion = (text: string): Question => ({
  id: 'into',
  label: 'archive in',
  text,
  hint: 's3://bucket/prefix, /folder here, or host:/folder',
  check: given => {
    const address = parseStoreAddress(given, homedir());
    return 'refused' in address ? `This ${address.refused}.` : undefined;
  },
});

/** Undefined where the answer is none. */
export function intoOf(answers: ReadonlyMap<string, string>): StoreAddress | undefined {
  const address = parseStoreAddress(answers.get('into') ?? '', homedir());
  return 'refused' in address ? undefined : address;
}
