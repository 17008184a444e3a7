import * as v from 'valibot';
import {type Conversation, expectShape} from './agent-conversation.ts';

const count = v.pipe(v.number(), v.integer(), v.minValue(0));

export type PackOptions = {
  /** Files that were written within this time are left. */
  readonly quietMs: number;
  /** Written to a new file below a folder of the host; otherwise it comes in parts. */
  readonly into?: {readonly folder: string; readonly name: string};
};

const packEvent = v.variant('kind', [
  v.object({
    kind: v.literal('part'),
    base64: v.pipe(
      v.string(),
      v.transform(text => Buffer.from(text, 'base64')),
    ),
  }),
  v.object({kind: v.literal('written'), bytes: count}),
  /** A large file changed while it was packed: nothing of the archive is good. `place` is that of the file among all of the groups. */
  v.object({kind: v.literal('spoilt'), place: count, outcome: v.string()}),
  v.object({
    kind: v.literal('end'),
    /** A letter for each file of the groups: k packed, otherwise why not. */
    outcomes: v.string(),
    /** Of each packed file: where its content begins in the tar, and its SHA-256. */
    files: v.array(v.tuple([count, v.string()])),
    /** Where each member of gzip begins in the archive, and where in the tar. */
    members: v.array(v.tuple([count, count])),
    bytes: count,
    plainBytes: count,
    sha256: v.string(),
    errors: v.record(v.string(), v.string()),
  }),
]);

type Told = v.InferOutput<typeof packEvent>;

/** What comes of a pack; the last is `end` or `spoilt`. */
export type PackEvent = Exclude<Told, {kind: 'part'}> | {readonly kind: 'part'; readonly content: Buffer};

/** What was packed, when all of it was. */
export type Packed = Extract<Told, {kind: 'end'}>;

let packs = 0;

/** The host is a few parts ahead of whoever takes them, and no more. */
export async function* packPlanned(
  conversation: Conversation,
  root: string,
  request: Readonly<Record<string, unknown>>,
  signal?: AbortSignal,
): AsyncGenerator<PackEvent> {
  const pack = ++packs;
  for await (const answer of conversation.ask({op: 'pack', root, pack, ...request}, root, signal)) {
    const event = expectShape(packEvent, answer, root);
    if (event.kind !== 'part') {
      yield event;
      continue;
    }
    yield {kind: 'part', content: event.base64};
    conversation.tell({op: 'pack_taken', pack});
  }
}
