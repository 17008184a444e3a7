/** What the text of an option means; undefined: nothing, which is a usage error. */
export type ReadOption = (text: string) => unknown;

/** 0, 1, 2 … */
export const wholeNumber: ReadOption = text => (/^\d{1,6}$/.test(text) ? Number(text) : undefined);

/** 1, 2 … */
export const positiveNumber: ReadOption = text => wholeNumber(text) || undefined;

const unitMs: Readonly<Record<string, number>> = {s: 1000, min: 60_000, m: 60_000, h: 3_600_000, d: 86_400_000};

/** "90s", "15min", "1h", "2d", in milliseconds. */
export const duration: ReadOption = text => {
  const [, amount, unit = ''] = /^(\d{1,6}) ?(s|min|m|h|d)$/.exec(text) ?? [];
  return amount === undefined ? undefined : Number(amount) * (unitMs[unit] ?? 0);
};

/** An option as it was given, where it is a text. */
export const textOf = (option: unknown): string | undefined => (typeof option === 'string' ? option : undefined);

/** An option that `read` made a number of. */
export const numberOf = (option: unknown): number | undefined => (typeof option === 'number' ? option : undefined);

/** Of an option that may be given several times. */
export const textsOf = (option: unknown): readonly string[] => (Array.isArray(option) ? option.map(String) : []);
