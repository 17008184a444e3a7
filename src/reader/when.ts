import {readAge} from '../words.ts';

/** A place in a log as somebody names it. */
export type When = {readonly ms: number} | {readonly line: number};

/**
 * "14:05", "14:05:30" (on the day of `aroundMs`, by the clock of this machine), "2026-11-22", "2026-11-22 14:05", "-2h" (before `nowMs`),
 * "1200" (a line). Undefined for anything else.
 */
export function readWhen(text: string, aroundMs: number, nowMs: number): When | undefined {
  const said = text.trim();
  const backMs = said.startsWith('-') ? readAge(said.slice(1), ['s', 'm', 'min', 'h', 'd']) : undefined;
  if (backMs !== undefined) return {ms: nowMs - backMs};
  if (/^\d+$/.test(said)) return {line: Number(said)};
  const [, date, time] = /^(?:(\d{4}-\d\d-\d\d)(?:[T ]|$))?(\d{1,2}:\d\d(?::\d\d)?)?$/.exec(said) ?? [];
  if (date === undefined && time === undefined) return undefined;
  const around = new Date(aroundMs);
  const [year, month, day] = date?.split('-').map(Number) ?? [
    around.getFullYear(),
    around.getMonth() + 1,
    around.getDate(),
  ];
  const [hour = 0, minute = 0, second = 0] = time?.split(':').map(Number) ?? [];
  if (hour > 23 || minute > 59 || second > 59) return undefined;
  const ms = new Date(year ?? 0, (month ?? 1) - 1, day, hour, minute, second).getTime();
  return Number.isNaN(ms) ? undefined : {ms};
}
