/**
 * How log lines begin, as regular expressions that JavaScript and, on the host, Python read alike. Each is of one line.
 * Airflow 1.10–2: `[2026-11-22T15:28:20.395+0000] {file.py:12} ERROR - …` (before 2.3 `[2021-01-01 00:00:00,000]`, local time);
 * gunicorn: `[2026-11-22 15:28:20 +0000] [123] [ERROR] …`; Celery: `[2026-11-22 15:28:20,395: ERROR/MainProcess] …`;
 * Airflow 3 by its components: `2026-11-22T15:28:20.395Z [error    ] …`; by its tasks: `{"timestamp":"…","event":"…","level":"error",…}`.
 */

/** Groups: year, month, day, hour, minute, second, fraction, offset from UTC. */
export const timePattern = String.raw`^(?:\{"timestamp": ?"|\[)?(\d{4})-(\d\d)-(\d\d)[T ](\d\d):(\d\d):(\d\d)(?:[.,](\d+))?( ?[+-]\d\d:?\d\d|Z)?`;

const behindTime = (names: string): string => String.raw`[^\]\s{"]*\]? ?(?:\{[^}\n]*\}|\[\d+\])? ?\[?(${names})\b`;
const inJson = (names: string): string => String.raw`"[^\n]*?[{,] ?"level": ?"(${names})"`;

const cased = (names: readonly string[]): string => [...names, ...names.map(name => name.toUpperCase())].join('|');
const errors = ['error', 'critical', 'fatal', 'exception'];
const warnings = ['warning', 'warn'];

/** As `timePattern`, and group 9 is the level of a text, 10 that of JSON, where they are there. */
export const entryPattern = `${timePattern}(?:${behindTime(cased(['debug', 'info', ...warnings, ...errors]))}|${inJson(String.raw`\w+`)})?`;

/** The first line of an entry of at least this level. */
export function levelPattern(level: 'warning' | 'error'): string {
  const names = level === 'error' ? errors : [...warnings, ...errors];
  return `${timePattern}(?:${behindTime(cased(names))}|${inJson(names.join('|'))})`;
}
