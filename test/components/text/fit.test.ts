import fc from 'fast-check';
import stringWidth from 'string-width';
import {expect, test} from 'vitest';
import {clip, clipMiddle, fitTo, isSimple, widthOf} from '../../../components/text/fit.ts';
import {steady} from '../../../components/text/steady.ts';

/** Text as the world writes it, and as an attacker would. */
const anyText = fc.oneof(
  fc.string(),
  fc.string({unit: 'binary', maxLength: 60}),
  fc.string({unit: 'grapheme', maxLength: 60}),
  fc
    .array(
      fc.constantFrom(
        'é',
        'e\u0301',
        '日本',
        '한국',
        '🚀',
        '👩‍👩‍👧',
        '🇪🇺',
        '0️⃣',
        'हिन्दी',
        'กำ',
        '\x1b[31m',
        '\u202e',
        '\u200d',
        'ﾊﾟ',
        '  ',
      ),
      {maxLength: 30},
    )
    .map(parts => parts.join('')),
);

test('a text that fits stays as it is, one that does not ends in an ellipsis', () => {
  expect(clip('etl_daily', 9)).toBe('etl_daily');
  expect(clip('etl_daily', 8)).toBe('etl_dai…');
  expect(clip('etl_daily', 8, '~')).toBe('etl_dai~');
  expect(clip('etl_daily', 1)).toBe('…');
  expect(clip('etl_daily', 0)).toBe('');
});

test('a wide character is not halved: a blank stands in its place', () => {
  expect(clip('日本語', 4)).toBe('日…');
  expect(fitTo('日本語', 4)).toBe('日… ');
  expect(fitTo('日本語', 8, 'right')).toBe('  日本語');
});

test('a combining character stays with its letter', () => {
  expect(clip('e\u0301e\u0301e\u0301', 2)).toBe('e\u0301…');
});

test('any text gets exactly the cells that it is given', () => {
  fc.assert(
    fc.property(anyText, fc.integer({min: 1, max: 40}), fc.constantFrom('left', 'right'), (text, width, align) => {
      expect(stringWidth(fitTo(steady(text), width, align as 'left'))).toBe(width);
    }),
    {numRuns: 2000},
  );
});

test('a steady text is as wide as its characters, however they are counted', () => {
  fc.assert(
    fc.property(anyText, text => {
      const safe = steady(text);
      let cells = 0;
      for (const character of safe) cells += stringWidth(character);
      expect(cells).toBe(stringWidth(safe));
    }),
    {numRuns: 2000},
  );
});

test('a steady text has no control or direction characters, and is steady', () => {
  fc.assert(
    fc.property(anyText, text => {
      expect(steady(text)).not.toMatch(/\p{Cc}|\p{Bidi_Control}|\p{Cs}/u);
      expect(steady(steady(text))).toBe(steady(text));
    }),
    {numRuns: 2000},
  );
});

test('a joined family becomes its persons', () => {
  expect(steady('👩‍👩‍👧 x')).toBe('👩👩👧 x');
});

test('simple text is as wide as it is long', () => {
  for (let code = 0x20; code < 0xffff; code++) {
    const character = String.fromCharCode(code);
    if (isSimple(character)) expect(stringWidth(character), code.toString(16)).toBe(1);
  }
  expect(widthOf('│ ▸ ✓✖ é … ▏█ ⠋')).toBe(15);
});

test('a path is cut in its middle: where it begins and its file stay', () => {
  const path = 'dag_id=crm_sync/run_id=scheduled__2026-11-01T12:30:00+00:00/task_id=push/attempt=3.log';
  expect(clipMiddle(path, 200)).toBe(path);
  expect(clipMiddle(path, 50)).toBe('dag_id=crm_sync/run…:00/task_id=push/attempt=3.log');
  expect(clipMiddle('日本語日本語日本語', 10)).toBe('日…日本語');
  for (let width = 0; width < 90; width++) expect(widthOf(clipMiddle(path, width))).toBeLessThanOrEqual(width);
});
