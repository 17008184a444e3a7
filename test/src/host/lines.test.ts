import {Readable} from 'node:stream';
import {expect, test} from 'vitest';
import {type Line, splitLines} from '../../../src/host/lines.ts';

async function split(chunks: readonly (string | Buffer)[], maxBytes = 100): Promise<Line[]> {
  const bytes = Readable.from(chunks.map(chunk => Buffer.from(chunk)));
  return (await bytes.pipe(splitLines(maxBytes)).toArray()) as Line[];
}
const whole = (text: string): Line => ({text, isCut: false});

test('lines come whole, wherever the chunks end', async () => {
  const euro = Buffer.from('€');
  expect(await split(['a\n\nb', 'c\r\n', euro.subarray(0, 1), euro.subarray(1), '\nlast'])).toEqual(
    ['a', '', 'bc', '€', 'last'].map(whole),
  );
  expect(await split([])).toEqual([]);
});

test('only a line feed ends a line', async () => {
  expect(await split(['a\u2028b\rc\n'])).toEqual([whole('a\u2028b\rc')]);
});

test('a line beyond the limit is cut, and the next one is whole', async () => {
  expect(await split(['12345', '678', '90\nabcde\nx'], 5)).toEqual([
    {text: '12345', isCut: true},
    whole('abcde'),
    whole('x'),
  ]);
});
