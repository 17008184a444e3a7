import {cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {basename, join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {type BuildOptions, build, type Metafile, type Plugin} from 'esbuild';
import {lazyBuiltins} from './scripts/fast/builtins.ts';
import {fastPackages} from './scripts/fast/packages.ts';
import {generateInkTable} from './scripts/ink-table.ts';

const {version} = JSON.parse(readFileSync(new URL('package.json', import.meta.url), 'utf8')) as {version: string};
const root = fileURLToPath(new URL('.', import.meta.url));

/** Packages that take long to load, and that the first frame does not need. */
const lazyPackages = ['got', 'ssh2', '@aws-sdk', '@smithy'];
const startFiles = ['src/main.ts', 'screens/run.tsx'];

/** Native additions of ssh2, which it does without, and the development tools of React. */
const leftOut: Plugin = {
  name: 'left-out',
  setup({onResolve, onLoad}) {
    onResolve({filter: /^(cpu-features|.*\.node)$/}, () => ({path: 'native', namespace: 'left-out'}));
    onResolve({filter: /^react-devtools-core$/}, () => ({path: 'tools', namespace: 'left-out'}));
    onLoad({filter: /^native$/, namespace: 'left-out'}, () => ({
      contents: "throw new Error('left out of the bundle');",
    }));
    onLoad({filter: /^tools$/, namespace: 'left-out'}, () => ({contents: 'export default {};'}));
  },
};

/** How everything is bundled that runs in a terminal; the benchmarks use it too. */
export const bundle = {
  absWorkingDir: root,
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node22.12',
  splitting: true,
  minify: true,
  // ssh2 tells its sessions from its channels by the name of their class.
  keepNames: true,
  metafile: true,
  legalComments: 'none',
  define: {
    'process.env.NODE_ENV': '"production"',
    'process.env.DEV': '""',
    'process.env.WINDSOCK_VERSION': JSON.stringify(version),
  },
  // For the CommonJS packages among the dependencies.
  banner: {
    js: "const require = process.getBuiltinModule('node:module').createRequire(import.meta.url), __dirname = import.meta.dirname;",
  },
  // Native and optional: found beside dist, or not at all.
  external: ['@napi-rs/keyring'],
  chunkNames: 'chunk-[hash]',
  plugins: [leftOut, lazyBuiltins, fastPackages],
} as const satisfies BuildOptions;

/** The bootstrap loads the program as a file of its own. */
const mainBeside: Plugin = {
  name: 'main-beside',
  setup({onResolve}) {
    onResolve({filter: /^\.\/main\.ts$/}, () => ({path: './main.js', external: true}));
  },
};

/** Writes dist/: the program, which needs nothing beside it. */
export async function buildWindsock(outdir = join(root, 'dist')): Promise<void> {
  if (!existsSync(join(root, 'gen/ink-table.js'))) generateInkTable();
  mkdirSync(outdir, {recursive: true});
  const {metafile} = await build({
    ...bundle,
    // The worker is loaded as a file of its own.
    entryPoints: {main: join(root, 'src/main.ts'), 'ssh-key-worker': join(root, 'src/host/ssh-key-worker.ts')},
    outdir,
    plugins: [...bundle.plugins],
  });
  for (const name of lazyPackages) assertLazy(metafile, name);
  // By itself and without the banner: it must get as far as its own words on any version of Node.
  await build({
    absWorkingDir: root,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'es2022',
    minify: true,
    // ssh2 tells its sessions from its channels by the name of their class.
    keepNames: true,
    entryPoints: [join(root, 'src/windsock.ts')],
    outdir,
    plugins: [mainBeside],
  });
  const written = ['windsock.js', 'package.json', ...Object.keys(metafile.outputs).map(path => basename(path))];
  // Says that these are ES modules, wherever the folder is put: Node would try them as CommonJS first.
  writeFileSync(join(outdir, 'package.json'), '{"type": "module"}\n');
  // Read beside the chunk that names it; all chunks lie flat in dist.
  cpSync(join(root, 'src/host/agent'), join(outdir, 'agent'), {recursive: true});
  written.push('agent');
  // What an earlier build left, afterwards: a program that runs may still load its chunks.
  for (const name of readdirSync(outdir)) if (!written.includes(name)) rmSync(join(outdir, name), {recursive: true});
}

/** Fails when a package is loaded with the command line or the screens instead of when it is needed. */
function assertLazy({outputs}: Metafile, name: string): void {
  const roots = Object.values(outputs).filter(({entryPoint = ''}) => startFiles.includes(entryPoint));
  const eager = new Set(roots);
  for (const output of eager) {
    for (const {path, kind} of output.imports) {
      const imported = outputs[path];
      if (kind === 'import-statement' && imported !== undefined) eager.add(imported);
    }
    const input = Object.keys(output.inputs).find(path => path.startsWith(`node_modules/${name}/`));
    if (input !== undefined)
      throw new Error(`${name} must be loaded by import() only, but ${input} is loaded at the start`);
  }
}

if (import.meta.main) await buildWindsock();
