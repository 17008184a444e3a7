import * as v from 'valibot';
import {Problem} from '../problems/problem.ts';
import {oneLine} from '../text.ts';
import {type Conversation, expectShape} from './agent-conversation.ts';

/** A file that is to be there. */
export type NewFile = {readonly path: string; readonly content: Uint8Array; readonly mode: number};

const answer = v.object({isDone: v.boolean()});

/**
 * Writes a file whole or not at all, as the user that the agent runs as, where what is there still has the SHA-256 `seen` (undefined:
 * nothing is there). Throws `operation.changed`, `host.file-missing` where its folder is not there, `host.file-denied`.
 */
export async function placeFile(
  conversation: Conversation,
  {path, content, mode}: NewFile,
  seen: string | undefined,
): Promise<void> {
  const base64 = Buffer.from(content).toString('base64');
  await change(conversation, {op: 'place', path, base64, mode, seen: seen ?? null}, path);
}

/** Removes a file that still has the SHA-256 `seen`. Throws as `placeFile`. */
export const removeFile = (conversation: Conversation, path: string, seen: string): Promise<void> =>
  change(conversation, {op: 'remove_file', path, seen}, path);

async function change(conversation: Conversation, request: {op: string} & Record<string, unknown>, path: string) {
  for await (const said of conversation.ask(request, path)) {
    if (expectShape(answer, said, path).isDone) return;
    throw new Problem('operation.changed', oneLine(`${path} is not what it was`, 500));
  }
  throw new Problem('host.agent-failed', oneLine(`${path}: it answered with nothing`, 500));
}
