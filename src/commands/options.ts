/** What the text of an option means; undefined: nothing, which is a usage error. */
export type ReadOption = (text: string) => unknown;

/** An option as it was given, where it is a text. */
export const textOf = (option: unknown): string | undefined => (typeof option === 'string' ? option : undefined);
