const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** The moment after (or before) `ms` at which the five fields match, in UTC. Knows numbers, `*`, lists and steps. */
export function cronStep(expression: string, ms: number, direction: 1 | -1): number {
  const [minute, hour, day, month, weekday] = expression.split(' ').map(field => parseField(field));
  let at = Math.floor(ms / MINUTE) * MINUTE;
  if (direction === 1 || at === ms) at += direction * MINUTE;
  for (let tries = 0; tries < 5000; tries++) {
    const date = new Date(at);
    const dayFits = day?.(date.getUTCDate()) && month?.(date.getUTCMonth() + 1) && weekday?.(date.getUTCDay()) === true;
    if (!dayFits) at = jump(at, DAY, direction);
    else if (!hour?.(date.getUTCHours())) at = jump(at, HOUR, direction);
    else if (!minute?.(date.getUTCMinutes())) at += direction * MINUTE;
    else return at;
  }
  throw new Error(`"${expression}" never comes`);
}

/** The first minute of the next such span, or the last minute of the previous one. */
const jump = (ms: number, span: number, direction: 1 | -1): number =>
  direction === 1 ? (Math.floor(ms / span) + 1) * span : Math.floor(ms / span) * span - MINUTE;

function parseField(field: string): (value: number) => boolean {
  if (field === '*') return () => true;
  const step = /^\*\/(\d+)$/.exec(field);
  if (step) return value => value % Number(step[1]) === 0;
  const values = new Set(field.split(',').map(Number));
  return value => values.has(value);
}
