import {curlLine} from '../airflow/curl.ts';
import {shellLine} from '../host/shell-line.ts';
import type {Profile} from '../profile/profile.ts';
import {masked} from '../text.ts';
import type {Entry} from './entry.ts';
import {apiName} from './observe.ts';

/** The line for a shell that asks or runs the same, without secrets, and what is to be said about it; or why there is none. */
export type Copied = {readonly line: string; readonly remark?: string} | {readonly none: string};

/** A terminal obeys them in what is pasted, whatever quotes stand around them. Line feeds in quotes are safe. */
const control = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/;

export function copyOf({subject, where}: Entry, {api, hosts}: Profile, env: NodeJS.ProcessEnv): Copied {
  if (subject.kind === 'request' && where === apiName && api !== undefined) {
    if (subject.isLogin) return {none: 'A login is not copied: it sends a password'};
    const line = curlLine(subject, api, env);
    const wantsToken = subject.login === 'bearer' && api.login.kind === 'token';
    const copied = withRemark(line);
    return wantsToken && 'line' in copied ? {line, remark: 'It wants the token in the variable TOKEN'} : copied;
  }
  const address = hosts.find(({name}) => name === where);
  if (subject.kind === 'command' && address !== undefined) {
    if (subject.readsStdin) return {none: 'It was told on stdin what to do, and that is not kept'};
    return withRemark(shellLine(subject.argv, address));
  }
  return {none: 'Only requests and commands of the open profile can be copied'};
}

function withRemark(line: string): Copied {
  if (control.test(line)) return {none: 'It holds control characters: to paste them would not be safe'};
  return line.includes(masked) ? {line, remark: `A secret is left out where ${masked} stands`} : {line};
}
