import {oneLine} from '../text.ts';
import type {Setting} from './effective.ts';

/** Where the value comes from, in a word or two. */
export function fromWhere({source, ignored}: Setting): string {
  if (ignored !== undefined) return `ignored: ${ignored}`;
  if (source.kind === 'file') return 'airflow.cfg';
  switch (source.from.kind) {
    case 'file':
      return source.from.path;
    case 'process':
      return `process ${source.from.pid}`;
    default:
      return 'unit';
  }
}

/** The value, or of a secret its fingerprint. */
export function valueText(setting: Setting): string {
  const {value, unknown, secret, fingerprint} = setting;
  if (unknown !== undefined) return `? ${unknown}`;
  const text = oneLine(value ?? '', 300);
  if (!secret) return text === '' ? '(empty)' : text;
  return fingerprint === undefined ? '(empty)' : `${text} ${fingerprint}`.trim();
}
