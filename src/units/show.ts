/** One block of `systemctl show`: a property may come more than once (ExecStart). The order of the lines is systemd's own. */
export type Shown = ReadonlyMap<string, readonly string[]>;

/** Blocks are parted by an empty line. */
export function parseShow(text: string): readonly Shown[] {
  return text
    .split(/\n\s*\n/)
    .map(block => {
      const properties = new Map<string, string[]>();
      for (const line of block.split('\n')) {
        const [, name, value] = /^(\w+)=(.*)$/.exec(line) ?? [];
        if (name === undefined || value === undefined) continue;
        const values = properties.get(name);
        if (values === undefined) properties.set(name, [value]);
        else values.push(value);
      }
      return properties;
    })
    .filter(properties => properties.size > 0);
}

export const first = (shown: Shown, property: string): string => shown.get(property)?.[0] ?? '';

/** A number, or undefined for what systemd prints where it knows none: nothing, `[not set]`, 2^64 − 1 (before 248), `infinity`. */
export function numberOf(shown: Shown, property: string): number | undefined {
  const text = first(shown, property);
  if (!/^\d+$/.test(text) || text === '18446744073709551615') return undefined;
  return Number(text);
}

const unitMs: Readonly<Record<string, number>> = {
  us: 0.001,
  ms: 1,
  s: 1_000,
  min: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
  month: 2_629_800_000,
  y: 31_557_600_000,
};

/** "1min 30s" → 90,000. Undefined for `infinity` and for what is no time. */
export function timespanMs(text: string): number | undefined {
  if (text === '0') return 0;
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)\s*([a-z]+)(?:\s+|$)/g)];
  if (parts.length === 0 || parts.map(([part]) => part).join('') !== text) return undefined;
  let sum = 0;
  for (const [, amount, unit = ''] of parts) {
    const ms = unitMs[unit];
    if (ms === undefined) return undefined;
    sum += Number(amount) * ms;
  }
  return sum;
}

/** "Tue 2026-11-24 17:08:33 UTC" → milliseconds since 1970. Undefined where it never happened. */
export function stampMs(text: string): number | undefined {
  const [, day, time] = /^\w+ (\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d(?:\.\d+)?) UTC$/.exec(text) ?? [];
  return day === undefined ? undefined : Date.parse(`${day}T${time}Z`);
}

/** A command of a unit: the program, and its words as systemd prints them (quotes are lost). */
export type Command = {readonly path: string; readonly argv: string};

export function commandsOf(shown: Shown): readonly Command[] {
  return (shown.get('ExecStart') ?? []).flatMap(text => {
    const [, path, argv] = /^\{ path=(.*?) ; argv\[\]=(.*) ; ignore_errors=/.exec(text) ?? [];
    return path === undefined || argv === undefined ? [] : [{path, argv}];
  });
}
