import {isUtf8} from 'node:buffer';
import {isNonSpace, strip, stripEnd, whiteSpace} from './python-text.ts';

/** One line of the file. All `raw` together are the file, byte for byte. */
export type ConfigLine = {
  readonly raw: string;
  readonly kind: 'blank' | 'comment' | 'section' | 'option' | 'continuation' | 'junk';
};

export type ConfigOption = {
  readonly section: string;
  /** As it stands in the file: Airflow finds lower-case names only. */
  readonly name: string;
  /** Lines count from 1. */
  readonly line: number;
  /** The last line of the value that is not blank. */
  readonly lastLine: number;
  /** Before interpolation; lines of a longer value are joined by \n without their indent. */
  readonly value: string;
};

export type IssueKind =
  | 'not-utf-8'
  | 'byte-order-mark'
  | 'text-before-section'
  | 'no-delimiter'
  | 'no-name'
  | 'duplicate-section'
  | 'duplicate-option'
  | 'section-case'
  | 'option-case';

/** Something in the file that its author cannot have meant. */
export type Issue = {
  readonly kind: IssueKind;
  readonly line: number;
  /** No part of Airflow starts with such a file. */
  readonly fatal: boolean;
  /** What is so, in one sentence. Never has a value in it. */
  readonly text: string;
};

export type ConfigDocument = {
  readonly lines: readonly ConfigLine[];
  /** In the order of the file; a fatal duplicate stands twice. */
  readonly sections: readonly {readonly name: string; readonly line: number}[];
  readonly options: readonly ConfigOption[];
  /** By section and name; of duplicates the last. Holds each section of the file, and DEFAULT if there is one. */
  readonly index: ReadonlyMap<string, ReadonlyMap<string, ConfigOption>>;
  /** In the order of the file. */
  readonly issues: readonly Issue[];
  readonly encoding: 'utf8' | 'latin1';
};

/** The bytes of the file. */
export const documentBytes = (document: ConfigDocument): Buffer =>
  Buffer.from(document.lines.map(line => line.raw).join(''), document.encoding);

const sectionHeader = /^\[([^\n]+)\]/;
const optionLine = new RegExp(`^([^\\n]*?)[${whiteSpace}]*[=:][${whiteSpace}]*([^\\n]*)$`);

type Draft = {section: string; name: string; line: number; parts: {line: number; text: string}[]};

/**
 * Reads airflow.cfg as Airflow does (1.10 to 3.3): Python's ConfigParser with its defaults, but with option names as they
 * stand. `=` or `:` delimits, comments take whole lines, deeper lines continue a value. Reads on after an error that would
 * stop Airflow, so that the rest can be shown; `issues` has it.
 */
export function parseDocument(bytes: Uint8Array): ConfigDocument {
  const {text, encoding} = decode(bytes);
  const lines: ConfigLine[] = [];
  const sections: {name: string; line: number}[] = [];
  const drafts: Draft[] = [];
  const issues: Issue[] = [];
  const index = new Map<string, Map<string, ConfigOption | undefined>>();
  let section: string | undefined;
  let current: Draft | undefined;
  let indent = 0;

  const read = (raw: string, line: number): ConfigLine['kind'] => {
    const withMark = line === 1 && raw.startsWith('\uFEFF');
    const body = raw.slice(withMark ? 1 : 0).replace(/[\r\n]+$/, '');
    const content = strip(body);
    const issue = (kind: IssueKind, said: string) =>
      issues.push({kind, line, fatal: !kind.endsWith('-case'), text: said});
    if (withMark) issue('byte-order-mark', 'The file begins with a byte order mark: Airflow finds no section header.');
    if (/^[#;]/.test(content)) return 'comment';
    if (content === '') {
      if (current?.name) current.parts.push({line, text: ''});
      return 'blank';
    }
    const depth = body.search(isNonSpace);
    if (current?.name && depth > indent) {
      current.parts.push({line, text: content});
      return 'continuation';
    }
    indent = depth;

    const name = sectionHeader.exec(content)?.[1];
    if (name !== undefined) {
      section = name;
      current = undefined;
      if (name !== 'DEFAULT' && index.has(name)) issue('duplicate-section', `The section [${name}] stands twice.`);
      if (!index.has(name)) index.set(name, new Map());
      if (name !== 'DEFAULT' && name !== name.toLowerCase()) {
        issue('section-case', `Airflow ignores [${name}]: names of sections are lower-case.`);
      }
      sections.push({name, line});
      return 'section';
    }
    if (section === undefined) {
      issue('text-before-section', 'There is text before the first [section].');
      return 'junk';
    }
    const option = optionLine.exec(content);
    if (!option) {
      issue('no-delimiter', 'The line has neither = nor : in it.');
      return 'junk';
    }
    const optionName = strip(option[1] ?? '');
    if (optionName === '') issue('no-name', 'The line has no name before its = or :.');
    const inSection = index.get(section);
    if (inSection?.has(optionName)) issue('duplicate-option', `${optionName} stands twice in [${section}].`);
    inSection?.set(optionName, undefined);
    if (optionName !== optionName.toLowerCase()) {
      issue('option-case', `Airflow ignores ${optionName}: names of options are lower-case.`);
    }
    current = {section, name: optionName, line, parts: [{line, text: strip(option[2] ?? '')}]};
    drafts.push(current);
    return 'option';
  };

  // Lines end as Python's universal newlines do.
  for (const [at, raw] of (text.match(/[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+$/g) ?? []).entries()) {
    lines.push({raw, kind: read(raw, at + 1)});
  }
  if (encoding === 'latin1') issues.unshift(notUtf8(bytes));

  const options = drafts.map(finish);
  for (const option of options) index.get(option.section)?.set(option.name, option);
  return {lines, sections, options, index: index as ConfigDocument['index'], issues, encoding};
}

/** The issue that Airflow would name when it stops; undefined when it starts with this file. */
export function fatalIssue(document: ConfigDocument): Issue | undefined {
  const fatal = document.issues.filter(issue => issue.fatal);
  // ConfigParser raises the errors of single lines after the last one.
  return fatal.find(issue => issue.kind !== 'no-delimiter' && issue.kind !== 'no-name') ?? fatal[0];
}

function finish({section, name, line, parts}: Draft): ConfigOption {
  const lastLine = parts.findLast(part => part.text !== '')?.line ?? line;
  return {section, name, line, lastLine, value: stripEnd(parts.map(part => part.text).join('\n'))};
}

function decode(bytes: Uint8Array): {text: string; encoding: 'utf8' | 'latin1'} {
  if (isUtf8(bytes)) return {text: new TextDecoder('utf-8', {ignoreBOM: true}).decode(bytes), encoding: 'utf8'};
  // Each byte a character, so that the lines still give the file back.
  return {text: Buffer.from(bytes).toString('latin1'), encoding: 'latin1'};
}

function notUtf8(bytes: Uint8Array): Issue {
  const lines = Buffer.from(bytes).toString('latin1').split('\n');
  const at = lines.findIndex(line => !isUtf8(Buffer.from(line, 'latin1')));
  return {kind: 'not-utf-8', line: at + 1, fatal: true, text: 'The file is not UTF-8.'};
}
