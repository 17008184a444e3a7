import {mkdirSync, writeFileSync} from 'node:fs';
import {Resvg} from '@resvg/resvg-js';
import {buildWindsock} from '../build.ts';
import {Terminal} from '../test/terminal/terminal.ts';

/*
 * Makes docs/pictures/*.png from the running program: the demo on a terminal, read cell by cell, drawn as SVG.
 * Needs a monospaced font (Debian: fonts-dejavu-core or fonts-jetbrains-mono).
 */

const cell = {width: 8.4, height: 18};
const paper = '#1e1e2e';
const ink = '#cdd6f4';
const palette = ['#45475a', '#f38ba8', '#a6e3a1', '#f9e2af', '#89b4fa', '#cba6f7', '#94e2d5', '#bac2de'];

type Cell = ReturnType<Terminal['cells']>[number][number];

await buildWindsock();
mkdirSync('docs/pictures', {recursive: true});
await picture('health', 'R restarts it', '');
await picture('restart', 'y restart', 'R');

/** Opens the demo, types, waits for what must be seen, and draws it. */
async function picture(name: string, sees: string, keys: string): Promise<void> {
  const terminal = new Terminal(['--demo'], {columns: 110, rows: 30});
  try {
    await terminal.sees('R restarts it');
    await terminal.sees('% full');
    terminal.press(keys);
    await terminal.sees(sees);
    const svg = draw(terminal.cells());
    const font = {loadSystemFonts: true, defaultFontFamily: 'DejaVu Sans Mono'};
    const png = new Resvg(svg, {font, fitTo: {mode: 'zoom', value: 1.5}}).render().asPng();
    writeFileSync(`docs/pictures/${name}.png`, png);
  } finally {
    terminal.press('\x1bq');
    await terminal.close();
  }
}

function draw(rows: readonly (readonly Cell[])[]): string {
  const width = (rows[0]?.length ?? 0) * cell.width + 24;
  const height = rows.length * cell.height + 24;
  const body = rows.flatMap((row, y) => row.map((one, x) => drawCell(one, x, y))).join('');
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" font-size="14"`,
    ` font-family="JetBrains Mono, DejaVu Sans Mono, monospace">`,
    `<rect width="100%" height="100%" rx="8" fill="${paper}"/><g transform="translate(12,12)">${body}</g></svg>`,
  ].join('');
}

function drawCell({text, colour, inverse, bold, dim}: Cell, x: number, y: number): string {
  const front = colour === undefined ? ink : (palette[colour % 8] ?? ink);
  const [fill, back] = inverse ? [paper, front] : [front, undefined];
  const left = (x * cell.width).toFixed(1);
  const box =
    back === undefined
      ? ''
      : `<rect x="${left}" y="${y * cell.height}" width="${cell.width + 0.3}" height="${cell.height}" fill="${back}"/>`;
  if (text.trim() === '') return box;
  const style = `${bold ? ' font-weight="bold"' : ''}${dim ? ' opacity="0.6"' : ''}`;
  const escaped = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
  return `${box}<text x="${left}" y="${y * cell.height + 13.5}" fill="${fill}"${style}>${escaped}</text>`;
}
