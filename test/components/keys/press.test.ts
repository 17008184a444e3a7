import type {Key} from 'ink';
import {expect, test} from 'vitest';
import {keyName, latin, presses, typed} from '../../../components/keys/press.ts';

const none: Key = {
  upArrow: false,
  downArrow: false,
  leftArrow: false,
  rightArrow: false,
  pageDown: false,
  pageUp: false,
  home: false,
  end: false,
  return: false,
  escape: false,
  ctrl: false,
  shift: false,
  tab: false,
  backspace: false,
  delete: false,
  meta: false,
  super: false,
  hyper: false,
  capsLock: false,
  numLock: false,
};

test('a chunk of characters is as many presses', () => {
  expect(presses('jjT', none)).toEqual(['j', 'j', 'T']);
  expect(presses('j \r\t\x7f\b', none)).toEqual(['j', 'space', 'enter', 'tab', 'backspace', 'backspace']);
  expect(presses('é한👍', none)).toEqual(['é', '한', '👍']);
});

test('a control key in the middle of a chunk is a press, too', () => {
  expect(presses('j\x12k\x04', none)).toEqual(['j', 'ctrl+r', 'k', 'ctrl+d']);
});

test('control characters that are no key are dropped', () => {
  expect(presses('a\x00\x1c\x1f', none)).toEqual(['a']);
});

test('keys that are no characters have names', () => {
  expect(presses('', {...none, upArrow: true})).toEqual(['up']);
  expect(presses('', {...none, tab: true, shift: true})).toEqual(['shift+tab']);
  expect(presses('R', {...none, ctrl: true})).toEqual(['ctrl+r']);
  expect(presses('b', {...none, meta: true})).toEqual(['alt+b']);
});

test('jamo are the Latin keys in the same place, syllables and Latin letters are themselves', () => {
  expect([...'ㅓㅏㅅㅆㅃㅔㅖㅁㄹㅣㅂ'].map(latin).join('')).toBe('jktTQpPaflq');
  expect([...'jT가é/'].map(latin).join('')).toBe('jT가é/');
});

test('each of the 26 keys has its jamo, and the five double consonants and two vowels their capitals', () => {
  const small = [...'ㅂㅈㄷㄱㅅㅛㅕㅑㅐㅔㅁㄴㅇㄹㅎㅗㅓㅏㅣㅋㅌㅊㅍㅠㅜㅡ'].map(latin);
  expect(small.toSorted().join('')).toBe('abcdefghijklmnopqrstuvwxyz');
  expect([...'ㅃㅉㄸㄲㅆㅒㅖ'].map(latin).join('')).toBe('QWERTOP');
});

test('only a character types something', () => {
  expect(typed('j')).toBe('j');
  expect(typed('space')).toBe(' ');
  expect(typed('👍')).toBe('👍');
  expect(typed('enter')).toBeUndefined();
  expect(typed('ctrl+r')).toBeUndefined();
});

test('keys are written as on a keyboard', () => {
  expect(['space', 'ctrl+r', 'shift+tab', 'down', 'T'].map(keyName)).toEqual(['Space', '^R', '⇧Tab', '↓', 'T']);
});
