import {inflateSync} from 'node:zlib';
import * as v from 'valibot';
import type {TaskLogPart} from './api.ts';

/** v1: `content` is what Python prints for a list of pairs of a host and a text (2.x), or only the text. */
export const taskLogWire1 = v.object({content: v.string(), continuation_token: v.nullish(v.string())});

/** v2: `content` is a list of entries, or of lines. */
export const taskLogWire2 = v.object({
  content: v.array(v.union([v.string(), v.looseObject({event: v.unknown()})])),
  continuation_token: v.nullish(v.string()),
});

export function toTaskLog1({content, continuation_token: token}: v.InferOutput<typeof taskLogWire1>): TaskLogPart {
  const text = content.startsWith('[(') ? pairTexts(content).join('\n') : content;
  return {text, ...(token && !isEnd(token) ? {token} : {})};
}

/** As the lines of the file are: the time first. */
export function toTaskLog2({content, continuation_token: token}: v.InferOutput<typeof taskLogWire2>): TaskLogPart {
  const lines = content.map(item => {
    if (typeof item === 'string') return item;
    const {timestamp, ...rest} = item;
    return JSON.stringify(timestamp === undefined || timestamp === null ? rest : {timestamp, ...rest});
  });
  return {text: lines.map(line => `${line}\n`).join(''), ...(token ? {token} : {})};
}

/** 2.x always gives a token; in it stands whether the log is complete (itsdangerous: base64 of JSON, maybe compressed, and a signature). */
function isEnd(token: string): boolean {
  const isPacked = token.startsWith('.');
  const [payload = ''] = (isPacked ? token.slice(1) : token).split('.');
  try {
    const bytes = Buffer.from(payload, 'base64url');
    const json: unknown = JSON.parse((isPacked ? inflateSync(bytes, {maxOutputLength: 65_536}) : bytes).toString());
    return v.is(v.object({end_of_log: v.literal(true)}), json);
  } catch {
    // Another way to write it: asking once more does no harm.
    return false;
  }
}

const escapes: Readonly<Record<string, string>> = {n: '\n', r: '\r', t: '\t', "'": "'", '"': '"', '\\': '\\'};

/** The second texts of `[('host', 'text'), …]` as Python writes them. */
function pairTexts(content: string): readonly string[] {
  const texts: string[] = [];
  const literal = /'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)"/gs;
  for (const [, single, double] of content.matchAll(literal)) texts.push(plain(single ?? double ?? ''));
  return texts.filter((_, index) => index % 2 === 1);
}

const plain = (text: string): string =>
  text.replace(/\\(?:x([0-9a-f]{2})|u([0-9a-f]{4})|U([0-9a-f]{8})|(.))/gs, (_, x, u, long, one) =>
    one === undefined ? String.fromCodePoint(Number.parseInt(x ?? u ?? long, 16)) : (escapes[one] ?? `\\${one}`),
  );
