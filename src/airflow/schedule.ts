import {oneLine} from '../text.ts';
import type {Schedule} from './api.ts';

const dayMs = 86_400_000;

/**
 * A schedule as the summary of Airflow's timetable names it. 2.x calls assets "Dataset"; a timedelta is Python's
 * "1 day, 0:30:00". What is none of the known kinds is named by Airflow's description.
 */
export function scheduleOf(summary: string | null | undefined, description: string | null | undefined): Schedule {
  if (summary == null || summary === '' || summary === 'None') return withoutSummary(description);
  if (summary === '@once') return {kind: 'once'};
  if (summary === '@continuous') return {kind: 'continuous'};
  if (summary === 'Dataset' || summary === 'Asset') return {kind: 'assets'};
  if (isCron(summary)) return {kind: 'cron', expression: summary};
  const everyMs = timedeltaMs(summary);
  if (everyMs !== undefined) return {kind: 'every', everyMs};
  return {kind: 'other', description: oneLine(description || summary, 200)};
}

function withoutSummary(description: string | null | undefined): Schedule {
  return !description || /^never\b/i.test(description)
    ? {kind: 'none'}
    : {kind: 'other', description: oneLine(description, 200)};
}

const presets = new Set([
  '@hourly',
  '@daily',
  '@midnight',
  '@weekly',
  '@monthly',
  '@quarterly',
  '@yearly',
  '@annually',
]);

const cronField = /^(?:[\d*?/,#LWHR-]|MON|TUE|WED|THU|FRI|SAT|SUN|JAN|FEB|MAR|APR|MAY|JUN|JUL|AUG|SEP|OCT|NOV|DEC)+$/i;

function isCron(text: string): boolean {
  if (presets.has(text)) return true;
  const fields = text.trim().split(/\s+/);
  return fields.length >= 5 && fields.length <= 7 && fields.every(field => cronField.test(field));
}

function timedeltaMs(text: string): number | undefined {
  const match = /^(?:(\d+) days?, )?(\d+):(\d\d):(\d\d(?:\.\d+)?)$/.exec(text);
  if (!match) return undefined;
  const [, days = '0', hours, minutes, seconds] = match;
  return Number(days) * dayMs + (Number(hours) * 60 + Number(minutes)) * 60_000 + Math.round(Number(seconds) * 1000);
}

/** `schedule_interval` of v1: TimeDelta and RelativeDelta, whose parts are numbers. */
export function scheduleOfDelta(
  parts: Readonly<Record<string, unknown>>,
  description: string | null | undefined,
): Schedule {
  const part = (name: string) => (typeof parts[name] === 'number' ? parts[name] : 0);
  const everyMs =
    part('days') * dayMs +
    part('hours') * 3_600_000 +
    part('minutes') * 60_000 +
    part('seconds') * 1000 +
    Math.round(part('microseconds') / 1000);
  // Months and years have no length, and the singular names (day, hour…) set a part of the date.
  const calendar = ['years', 'months', 'leapdays', 'year', 'month', 'day', 'hour', 'minute', 'second', 'microsecond'];
  const isLength = !calendar.some(name => part(name) !== 0 || (!name.endsWith('s') && typeof parts[name] === 'number'));
  if (isLength && everyMs > 0) return {kind: 'every', everyMs};
  const words = Object.entries(parts).filter(([, value]) => typeof value === 'number' && value !== 0);
  const spelled = words.map(([name, value]) => `${name} ${value}`).join(', ');
  return {kind: 'other', description: oneLine(description || spelled || 'a relative time', 200)};
}
