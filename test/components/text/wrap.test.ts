import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {widthOf} from '../../../components/text/fit.ts';
import {breakLines, wrap} from '../../../components/text/wrap.ts';

const graphemes = new Intl.Segmenter();

describe('wrap', () => {
  test('breaks between words, and keeps how far each line is indented', () => {
    expect(wrap('if true; then\n  echo all of this\nfi', 10)).toEqual([
      'if true;',
      'then',
      '  echo all',
      '  of this',
      'fi',
    ]);
    expect(wrap('   ', 10)).toEqual(['']);
  });

  test('indents nothing where that takes more than half of the room', () => {
    expect(wrap('      ab cd', 8)).toEqual(['ab cd']);
  });
});

describe('breakLines', () => {
  test('keeps each blank where it stands, and breaks wherever a line is full', () => {
    expect(breakLines('  a: 1\n\n  bcdefgh', 5)).toEqual(['  a: ', '1', '', '  bcd', 'efgh']);
  });

  test('halves no character of two cells', () => {
    expect(breakLines('a日本語', 4)).toEqual(['a日', '本語']);
  });

  test('loses nothing, and no line is too long', () => {
    fc.assert(
      fc.property(fc.string({unit: 'grapheme'}), fc.integer({min: 2, max: 20}), (text, width) => {
        const lines = breakLines(text, width);
        expect(lines.join('')).toBe(text.replaceAll('\n', ''));
        // A single character may be wider than the line.
        for (const line of lines.filter(each => [...graphemes.segment(each)].length > 1))
          expect(widthOf(line)).toBeLessThanOrEqual(width);
      }),
    );
  });

  test('a line of a million characters is broken, too', () => {
    expect(breakLines('x'.repeat(1_000_000), 100)).toHaveLength(10_000);
  });
});
