import {expect, test} from 'vitest';
import {cronStep} from '../../../../src/demo/world/cron.ts';

const at = (text: string) => Date.parse(text);

test.each([
  ['0 2 * * *', '2026-11-22T14:04:31Z', '2026-11-23T02:00:00Z', '2026-11-22T02:00:00Z'],
  ['0 * * * *', '2026-11-22T14:00:00Z', '2026-11-22T15:00:00Z', '2026-11-22T13:00:00Z'],
  ['*/5 * * * *', '2026-11-22T14:04:31Z', '2026-11-22T14:05:00Z', '2026-11-22T14:00:00Z'],
  ['0 6 * * 1', '2026-11-22T14:04:31Z', '2026-11-23T06:00:00Z', '2026-11-16T06:00:00Z'],
  ['0 8 1 * *', '2026-11-22T14:04:31Z', '2026-12-01T08:00:00Z', '2026-11-01T08:00:00Z'],
])('%s around %s', (expression, now, next, last) => {
  expect(cronStep(expression, at(now), 1)).toBe(at(next));
  expect(cronStep(expression, at(now), -1)).toBe(at(last));
});
