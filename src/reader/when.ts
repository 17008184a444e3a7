/** A place in a log as somebody names it. */
export type When = {readonly ms: number} | {readonly line: number};

const units: Readonly<Record<string, number>> = {s: 1_000, m: 60_000, min: 60_000, h: 3_600_000, d: 86_400_000};

/**
 * "14:05", "14:05:30" (on the day of `aroundMs`, by the clock of this machine), "2026-11-22", "2026-11-22 14:05", "-2h" (before `nowMs`),
 * "1200" (a line). Undefined for anything else.
 */
export function readWhen(text: string, aroundMs: number, nowMs: number): When | undefined {
  const said = text.trim();
  const [, amount, unit] = /^-\s*(\d+(?:\.\d+)?)\s*(s|m|min|h|d)$/.exec(said) ?? [];
  if (amount !== undefined) return {ms: nowMs - Number(amount) * (units[unit ?? 's'] ?? 1_000)};
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
