import {Transform} from 'node:stream';

/** A line without its end. Of one with more than the limit `isCut` is true, and `text` is its beginning. */
export type Line = {readonly text: string; readonly isCut: boolean};

/**
 * Takes bytes and gives each `Line`. Only line feeds end lines (readline takes U+2028 for an end, too), and no line is kept
 * beyond `maxBytes`, however long it goes on.
 */
export function splitLines(maxBytes: number): Transform {
  let parts: Buffer[] = [];
  let bytes = 0;
  let isCut = false;

  const keep = (part: Buffer) => {
    const kept = part.subarray(0, maxBytes - bytes);
    if (kept.length < part.length) isCut = true;
    if (kept.length > 0) parts.push(kept);
    bytes += kept.length;
  };
  const take = (): Line => {
    const text = Buffer.concat(parts).toString('utf8').replace(/\r$/, '');
    const line = {text, isCut};
    parts = [];
    bytes = 0;
    isCut = false;
    return line;
  };

  return new Transform({
    readableObjectMode: true,
    transform(chunk: Buffer, _encoding, done) {
      let from = 0;
      for (let at = chunk.indexOf(10); at !== -1; at = chunk.indexOf(10, from)) {
        keep(chunk.subarray(from, at));
        this.push(take());
        from = at + 1;
      }
      keep(chunk.subarray(from));
      done();
    },
    flush(done) {
      if (bytes > 0 || isCut) this.push(take());
      done();
    },
  });
}
