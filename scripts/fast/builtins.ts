import {builtinModules} from 'node:module';
import type {Plugin} from 'esbuild';

/**
 * Takes Node's own modules from `process.getBuiltinModule` instead of importing them. An import reads every export of the
 * module, and with those of `http` it loads Node's whole HTTP client of `fetch`: 40 ms that no frame needs.
 */
export const lazyBuiltins: Plugin = {
  name: 'lazy-builtins',
  setup({onResolve, onLoad}) {
    const names = new Set(builtinModules);
    onResolve({filter: /^(node:)?[a-z_0-9/]+$/}, ({path, importer}) => {
      const name = path.replace(/^node:/, '');
      if (!path.startsWith('node:') && !names.has(name)) return undefined;
      // A copy for each file that asks: a shared one would become a chunk, and so a file to load.
      return {path: name, namespace: 'builtin', suffix: `?${importer}`};
    });
    onLoad({filter: /./, namespace: 'builtin'}, ({path}) => ({
      contents: `module.exports = process.getBuiltinModule(${JSON.stringify(`node:${path}`)});`,
    }));
  },
};
