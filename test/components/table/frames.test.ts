import {execFile} from 'node:child_process';
import {mkdtemp, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {promisify} from 'node:util';
import type {Terminal} from '@xterm/headless';
import {build} from 'esbuild';
import {afterAll, beforeAll, expect, test} from 'vitest';
import {bundle} from '../../../build.ts';
import {fastPackages} from '../../../scripts/fast/packages.ts';
import {terminal} from '../../screen.tsx';

const trees = 700;
let folder = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'windsock-frames-'));
});
afterAll(() => rm(folder, {recursive: true}));

test('Ink as it is patched draws what Ink draws, cell by cell, on random trees', async () => {
  const [stock, patched] = await Promise.all([frames('stock'), frames('patched')]);
  expect(stock).toHaveLength(trees - 1);
  let same = 0;
  for (const [index, {columns, frame}] of stock.entries()) {
    const other = patched[index]?.frame ?? '';
    if (other === frame) same++;
    else expect(await cells(other, columns), `tree ${index}`).toEqual(await cells(frame, columns));
  }
  // The others differ in the order of their colour codes only.
  expect(same).toBeGreaterThan(trees / 2);
}, 30_000);

type Frame = {readonly columns: number; readonly frame: string};

async function frames(kind: 'stock' | 'patched'): Promise<Frame[]> {
  await build({
    ...bundle,
    entryPoints: {[kind]: fileURLToPath(new URL('frames-app.tsx', import.meta.url))},
    outdir: join(folder, kind),
    plugins: bundle.plugins.filter(plugin => kind === 'patched' || plugin !== fastPackages),
  });
  const {stdout} = await promisify(execFile)(process.execPath, [join(folder, kind, `${kind}.js`), String(trees)], {
    env: {...process.env, FORCE_COLOR: '3'},
    maxBuffer: 1e9,
  });
  return stdout
    .trimEnd()
    .split('\n')
    .map(line => JSON.parse(line) as Frame);
}

/** Every cell of the frame with its look, as a terminal shows it. */
async function cells(frame: string, columns: number): Promise<string[]> {
  const shown: Terminal = terminal({columns: columns + 20, rows: frame.split('\n').length + 1});
  await new Promise<void>(resolve => shown.write(frame, resolve));
  const {active} = shown.buffer;
  return Array.from({length: shown.rows}, (_, y) => {
    const line = active.getLine(y);
    const looks = Array.from({length: shown.cols}, (_, x) => {
      const cell = line?.getCell(x);
      if (cell === undefined) return '';
      const look = [
        cell.getFgColorMode(),
        cell.getFgColor(),
        cell.getBgColorMode(),
        cell.getBgColor(),
        cell.isBold(),
        cell.isDim(),
        cell.isInverse(),
        cell.isUnderline(),
      ];
      return `${cell.getChars() || ' '}${look.join(',')}`;
    });
    return looks.join('|');
  });
}
