import {expect, test} from 'vitest';
import type {LogLine} from '../../../src/reader/line.ts';
import {MergedLog} from '../../../src/reader/merged.ts';
import {TextLog} from '../../../src/reader/text.ts';

const time = (minute: number) => `[2026-11-22T14:${String(minute).padStart(2, '0')}:00.000+0000]`;
const log = (name: string, minutes: readonly number[], more = '') => {
  const text = minutes.map(minute => `${time(minute)} {x.py:1} INFO - ${name}${minute}\n${more}`).join('');
  return {name, source: new TextLog(name, async () => ({text, isOver: true}))};
};

async function walk(merged: MergedLog, back: boolean, count: number): Promise<readonly LogLine[]> {
  let lines: readonly LogLine[] = [];
  for (let at: string | undefined; ; ) {
    const found = await merged.read({at, back, count, level: 'all'});
    const fresh =
      !back && found.lines[0]?.at === lines.at(-1)?.at && lines.length > 0 ? found.lines.slice(1) : found.lines;
    lines = back ? [...fresh, ...lines] : [...lines, ...fresh];
    if (back ? found.isStart : found.isEnd) return lines;
    at = back ? found.start : found.end;
  }
}

const said = (lines: readonly LogLine[]) => lines.map(({message}) => message.trim());
const minutes = Array.from({length: 60}, (_, index) => index);

test('several logs are one by time, the same from either end and in windows of any size', async () => {
  const logs = () => [
    log(
      'a',
      minutes.filter(minute => minute % 2 === 0),
    ),
    log(
      'b',
      minutes.filter(minute => minute % 3 === 0),
    ),
    log('c', []),
    log('d', [59]),
  ];
  const merged = new MergedLog('all', logs());
  const wanted = minutes.flatMap(minute => [
    ...(minute % 2 === 0 ? [`a${minute}`] : []),
    ...(minute % 3 === 0 ? [`b${minute}`] : []),
    ...(minute === 59 ? ['d59'] : []),
  ]);
  for (const count of [2, 3, 7, 100]) {
    const forward = await walk(merged, false, count);
    expect(said(forward)).toEqual(wanted);
    expect(await walk(merged, true, count)).toEqual(forward);
  }
  expect((await walk(merged, true, 5)).find(({message}) => message === 'b33')).toMatchObject({from: 'b'});
});

test('a traceback stays with its entry', async () => {
  const merged = new MergedLog('all', [log('a', [1, 3], '  File "x"\n'), log('b', [2, 4])]);
  expect(said(await walk(merged, false, 100))).toEqual(['a1', 'File "x"', 'b2', 'a3', 'File "x"', 'b4']);
});

test('what is found in any of them is found in both directions, and reading goes on from there', async () => {
  const merged = new MergedLog('all', [log('a', [1, 3, 5]), log('b', [2, 4])]);
  const wanted = {text: '[45]$', isRegex: true};
  const first = await merged.find(wanted, undefined, false);
  const window = await merged.read({at: first, back: false, count: 5, level: 'all'});
  expect(said(window.lines)).toEqual(['b4', 'a5']);
  const second = await merged.find(wanted, first, false);
  expect(said((await merged.read({at: second, back: false, count: 5, level: 'all'})).lines)).toEqual(['a5']);
  expect(await merged.find(wanted, second, true)).toEqual(first);
  expect(await merged.find(wanted, second, false)).toBeUndefined();
  const place = await merged.placeOfTime(Date.UTC(2026, 10, 22, 14, 3));
  expect(said((await merged.read({at: place, back: true, count: 5, level: 'all'})).lines)).toEqual(['a1', 'b2']);
});
