import {mkdirSync, readFileSync, writeFileSync} from 'node:fs';
import {createRequire} from 'node:module';

/**
 * Writes gen/ink-table.js: the npm package ink-table as an ES module. As published it is CommonJS and requires Ink,
 * which cannot be required since it awaits at its top level. Its code is taken as it is; only `require` is answered from imports.
 */
export function generateInkTable(): void {
  const source = readFileSync(createRequire(import.meta.url).resolve('ink-table'), 'utf8');
  const folder = new URL('../gen/', import.meta.url);
  mkdirSync(folder, {recursive: true});
  writeFileSync(new URL('ink-table.js', folder), asModule(source));
  writeFileSync(new URL('ink-table.d.ts', folder), types);
}

/** The hash makes React keys of rows, for which their JSON serves as well and loads no cryptography. */
function asModule(source: string): string {
  return `import React from 'react';
import * as ink from 'ink';

const modules = {
  react: {__esModule: true, default: React},
  ink,
  'object-hash': {sha1: row => JSON.stringify(row)},
};
const exports = {};
(function (exports, require) {
${source}
})(exports, name => modules[name]);

export default exports.default;
export const {Header, Cell, Skeleton} = exports;
`;
}

/** Those of the package name the global JSX namespace, which React 19 has no more. */
const types = `import type {ComponentType, PropsWithChildren} from 'react';
import {Component, type ReactElement} from 'react';

type Scalar = string | number | boolean | null | undefined;
type ScalarDict = {readonly [key: string]: Scalar};
export type CellProps = PropsWithChildren<{readonly column: number}>;
export type TableProps<T extends ScalarDict> = {
  readonly data: readonly T[];
  readonly columns?: readonly (keyof T & string)[];
  readonly padding?: number;
  readonly header?: ComponentType<CellProps>;
  readonly cell?: ComponentType<CellProps>;
  readonly skeleton?: ComponentType<PropsWithChildren>;
};
export type TableColumn<T> = {readonly key: string; readonly column: keyof T; readonly width: number};
export type RowProps<T> = {readonly key: string; readonly data: Partial<T>; readonly columns: readonly TableColumn<T>[]};

/** Draws one line, and a frame around all lines. \`heading\` and \`data\` draw a line of their own kind. */
export default class Table<T extends ScalarDict, P = {}> extends Component<TableProps<T> & P> {
  getColumns(): readonly TableColumn<T>[];
  getHeadings(): Partial<T>;
  header: (props: RowProps<T>) => ReactElement<PropsWithChildren>;
  heading: (props: RowProps<T>) => ReactElement<PropsWithChildren>;
  separator: (props: RowProps<T>) => ReactElement<PropsWithChildren>;
  data: (props: RowProps<T>) => ReactElement<PropsWithChildren>;
  footer: (props: RowProps<T>) => ReactElement<PropsWithChildren>;
}
export const Header: ComponentType<PropsWithChildren>;
export const Cell: ComponentType<CellProps>;
export const Skeleton: ComponentType<PropsWithChildren>;
`;

if (import.meta.main) generateInkTable();
