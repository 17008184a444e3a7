import * as v from 'valibot';

/** A field that older versions lack, or that is null. */
export const maybe = <S extends v.GenericSchema>(schema: S) => v.nullish(schema);

/** A time as Airflow writes it: ISO 8601. One without an offset is UTC, as everything in Airflow's database. */
export const time = v.pipe(
  v.string(),
  v.transform(text => Date.parse(/(?:[zZ]|[+-]\d\d:?\d\d)$/.test(text) ? text : `${text}Z`)),
  v.number('a time'),
);

/** A list under its name, with `total_entries`, which 2.0 does not have everywhere. */
export const listOf = <N extends string, S extends v.GenericSchema>(name: N, item: S) =>
  v.pipe(
    v.object({[name]: v.array(item), total_entries: maybe(v.number())} as {
      [K in N]: v.ArraySchema<S, undefined>;
    } & {total_entries: v.NullishSchema<v.NumberSchema<undefined>, undefined>}),
    v.transform(body => {
      const items = (body as Record<string, unknown>)[name] as v.InferOutput<S>[];
      return {items, total: (body as {total_entries?: number | null}).total_entries ?? items.length};
    }),
  );

type Optional<T> = {[K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined>};
type Required<T> = {[K in keyof T as undefined extends T[K] ? never : K]: T[K]};

/** Leaves out what is undefined: an optional property is absent, never undefined. */
export function present<T extends object>(object: T): Required<T> & Optional<T> {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)) as Required<T> &
    Optional<T>;
}
