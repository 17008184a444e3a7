import * as v from 'valibot';
import {readAudit} from './audit-file.ts';

const by = v.object({user: v.string(), sudoUser: v.optional(v.string()), host: v.string(), pid: v.number()});
const started = v.object({
  event: v.literal('started'),
  id: v.string(),
  at: v.string(),
  profile: v.string(),
  operation: v.string(),
  title: v.string(),
  by,
  confirmed: v.string(),
  api: v.optional(v.object({url: v.string(), user: v.optional(v.string()), login: v.optional(v.string())})),
});
const ended = v.object({
  event: v.literal('ended'),
  id: v.string(),
  at: v.string(),
  outcome: v.picklist(['done', 'failed', 'cancelled']),
  tookMs: v.number(),
  summary: v.optional(v.string()),
});

/** Any line: the lists may go on on further ones. */
const lists = v.object({
  event: v.picklist(['started', 'ended']),
  id: v.string(),
  hosts: v.optional(v.array(v.object({name: v.string(), user: v.optional(v.string())})), []),
  plan: v.optional(v.array(v.object({step: v.string(), note: v.optional(v.string())})), []),
  warnings: v.optional(v.array(v.string()), []),
  touched: v.optional(v.array(v.string()), []),
  steps: v.optional(
    v.array(
      v.object({
        step: v.string(),
        outcome: v.picklist(['done', 'failed', 'not-done']),
        tookMs: v.number(),
        said: v.optional(v.string()),
        problem: v.optional(v.object({code: v.string(), message: v.string()})),
      }),
    ),
    [],
  ),
});

type Lists = Omit<v.InferOutput<typeof lists>, 'event' | 'id'>;

/** One operation of the audit file. Without `ended` windsock went away in the middle, or it runs yet. */
export type PastOperation = Omit<v.InferOutput<typeof started>, 'event'> &
  Lists & {readonly ended?: Omit<v.InferOutput<typeof ended>, 'event' | 'id'>};

export type Past = {
  /** Oldest first. */
  readonly operations: readonly PastOperation[];
  /** Lines that are none of windsock's, or were cut. */
  readonly unreadable: number;
};

/** What the audit file has since a point of time (milliseconds since 1970), of one profile or of all. Throws `activity.unreadable`. */
export async function readPast(path: string, sinceMs: number, profile: string | undefined): Promise<Past> {
  const operations = new Map<string, PastOperation>();
  let unreadable = 0;
  for await (const line of readAudit(path)) {
    if (line === '') continue;
    const json = v.safeParse(v.pipe(v.string(), v.parseJson(), lists), line);
    if (!json.success) {
      unreadable++;
      continue;
    }
    const more = listsOf(json.output);
    const value: unknown = JSON.parse(line);
    const begins = v.safeParse(started, value);
    if (begins.success) {
      const {event: _, ...operation} = begins.output;
      const isWanted = Date.parse(operation.at) >= sinceMs && (profile ?? operation.profile) === operation.profile;
      if (isWanted) operations.set(operation.id, {...operation, ...more});
      continue;
    }
    const operation = operations.get(json.output.id);
    if (operation === undefined) continue;
    const ends = v.safeParse(ended, value);
    operations.set(operation.id, {...joined(operation, more), ...(ends.success ? {ended: endOf(ends.output)} : {})});
  }
  return {operations: [...operations.values()], unreadable};
}

const endOf = ({at, outcome, tookMs, summary}: v.InferOutput<typeof ended>): NonNullable<PastOperation['ended']> => ({
  at,
  outcome,
  tookMs,
  ...(summary === undefined ? {} : {summary}),
});

const listsOf = ({hosts, plan, warnings, touched, steps}: Lists): Lists => ({hosts, plan, warnings, touched, steps});

const joined = (operation: PastOperation, more: Lists): PastOperation => ({
  ...operation,
  hosts: [...operation.hosts, ...more.hosts],
  plan: [...operation.plan, ...more.plan],
  warnings: [...operation.warnings, ...more.warnings],
  touched: [...operation.touched, ...more.touched],
  steps: [...operation.steps, ...more.steps],
});
