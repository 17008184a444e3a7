import {readFile} from 'node:fs/promises';
import {fileURLToPath} from 'node:url';
import type {Plugin} from 'esbuild';

type Patch = {
  readonly package: string;
  /** The file that it changes. */
  readonly file: RegExp;
  readonly why: string;
  /** Every text must be there, or the build fails: a new version of a package needs a new look at its patch. */
  readonly replace: readonly (readonly [string | RegExp, string])[];
};

/** A character that is one cell wide, and a character by itself whatever stands beside it. */
const simple =
  '[\\x20-\\x7e\\u00a1-\\u00ac\\u00ae-\\u02ff\\u2010-\\u2027\\u2030-\\u205e\\u2190-\\u2199\\u2500-\\u25f9\\u2713-\\u2718\\u2800-\\u28ff]';

const fastOutput = fileURLToPath(new URL('output.ts', import.meta.url));
const recentMap = fileURLToPath(new URL('recent-map.ts', import.meta.url));

const lazySegmenter = (made: string) =>
  `= (() => {let s; return {segment: text => (s ??= ${made}).segment(text)};})();`;

/** What makes the program start and draw faster, without a difference on the screen. */
const patches: readonly Patch[] = [
  {
    package: 'yoga-layout',
    file: /yoga-layout\/dist\/binaries\/yoga-wasm-base64-esm\.js$/,
    why: 'fetch("data:…") makes Node load its HTTP client: 31 ms',
    replace: [['w||"function"!=typeof fetch?', 'true?']],
  },
  {
    package: 'string-width',
    file: /string-width\/index\.js$/,
    why: 'the tables of emoji and of characters take 30 ms, and are needed for rare text only',
    replace: [
      ['= new Intl.Segmenter();', lazySegmenter('new Intl.Segmenter()')],
      [
        '= /^\\p{RGI_Emoji}$/v;',
        '= (() => {let r; return {test: text => (r ??= new RegExp("^\\\\p{RGI_Emoji}$", "v")).test(text)};})();',
      ],
      ['if (/^[\\u0020-\\u007E]*$/.test(string)) {', `if (/^${simple}*$/.test(string)) {`],
    ],
  },
  ...[
    {package: 'wrap-ansi', file: /wrap-ansi\/index\.js$/},
    {package: 'slice-ansi', file: /slice-ansi\/tokenize-ansi\.js$/},
    {package: 'ink', file: /ink\/build\/line-update\.js$/},
  ].map(
    (place): Patch => ({
      ...place,
      why: 'the first segmenter of a process takes 12 ms',
      replace: [[/= (new Intl\.Segmenter\([^)]*\));/, lazySegmenter('$1')]],
    }),
  ),
  {
    package: '@alcalzone/ansi-tokenize',
    file: /ansi-tokenize\/build\/tokenize\.js$/,
    why: 'simple text needs no segmenter',
    replace: [
      [
        'const segmenter = new Intl.Segmenter(undefined, { granularity: "grapheme" });',
        `const segmenter ${lazySegmenter('new Intl.Segmenter(undefined, {granularity: "grapheme"})')}
const simpleText = /^${simple.replace('[', '[\\x1b')}*$/;
function* units(text) { for (let index = 0; index < text.length; index++) yield {segment: text[index], index}; }`,
      ],
      ['of segmenter.segment(str))', 'of (simpleText.test(str) ? units(str) : segmenter.segment(str)))'],
    ],
  },
  {
    package: 'ink',
    file: /ink\/build\/sanitize-ansi\.js$/,
    why: 'every text is searched for control characters at every frame',
    replace: [
      [
        'export default sanitizeAnsi;',
        `import {RecentMap} from ${JSON.stringify(recentMap)};
const sanitized = new RecentMap(1000);
export default text => {
  let known = sanitized.get(text);
  if (known === undefined) sanitized.set(text, (known = sanitizeAnsi(text)));
  return known;
};`,
      ],
    ],
  },
  {
    package: 'got',
    file: /got\/dist\/source\/core\/index\.js$/,
    why: 'to look at FormData makes Node load its HTTP client of `fetch`, at the first request',
    replace: [
      ['if (!(options.body instanceof FormData)) {', "if (options.body?.[Symbol.toStringTag] !== 'FormData') {"],
    ],
  },
];

/** Applies the patches to what a bundle holds of these packages. */
export const fastPackages: Plugin = {
  name: 'fast-packages',
  setup(build) {
    const applied = new Set<Patch | 'output'>();
    build.onStart(() => applied.clear());
    for (const patch of patches) {
      build.onLoad({filter: patch.file}, async ({path}) => {
        let source = await readFile(path, 'utf8');
        for (const [from, to] of patch.replace) {
          const found = typeof from === 'string' ? source.includes(from) : from.test(source);
          if (!found) return {errors: [{text: `The patch (${patch.why}) does not fit ${path}: ${from} is not there`}]};
          source = typeof from === 'string' ? source.replace(from, () => to) : source.replace(from, to);
        }
        applied.add(patch);
        return {contents: source, loader: 'js'};
      });
    }
    build.onResolve({filter: /^\.\/output\.js$/}, ({importer}) => {
      if (!/ink\/build\/renderer\.js$/.test(importer)) return undefined;
      applied.add('output');
      return {path: fastOutput};
    });
    build.onEnd(({errors, metafile}) => {
      if (errors.length > 0) return undefined;
      const inputs = Object.keys(metafile?.inputs ?? {});
      const has = (name: string) => inputs.some(path => path.startsWith(`node_modules/${name}/`));
      const missing = patches
        .filter(patch => has(patch.package) && !applied.has(patch))
        .map(({file}) => `No file was patched: ${file}`);
      if (has('ink') && !applied.has('output')) missing.push("Ink's output.js was not replaced");
      return {errors: missing.map(text => ({text}))};
    });
  },
};
