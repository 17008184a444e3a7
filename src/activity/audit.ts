import {randomUUID} from 'node:crypto';
import {hostname, userInfo} from 'node:os';
import {type Execute, execute, type Run} from '../operations/execute.ts';
import type {Report, StepResult} from '../operations/operation.ts';
import {expectProblem, type Problem} from '../problems/problem.ts';
import type {Profile} from '../profile/profile.ts';
import {oneLine} from '../text.ts';
import {appendAudit} from './audit-file.ts';
import {type Head, type Lists, linesOf} from './audit-lines.ts';
import type {Ending} from './entry.ts';
import type {ActivityRecord} from './record.ts';
import type {Secrets} from './secrets.ts';

export type AuditOptions = {
  readonly profile: Profile;
  readonly record: ActivityRecord;
  readonly secrets: Secrets;
  /** Without it nothing is written. */
  readonly file: string | undefined;
  /** Told when the file cannot be written; the operation goes on. */
  readonly tell: (problem: Problem) => void;
};

/** `where`: "API" or a host; `what`: "revealed variables"; `names`: all of them. */
export type Note = (where: string, what: string, names: readonly string[]) => Promise<void>;

type Write = (head: Head, lists: Lists) => Promise<void>;

const writeTo =
  ({file, secrets, tell}: AuditOptions): Write =>
  async (head, lists) => {
    if (file === undefined) return;
    try {
      await appendAudit(
        file,
        linesOf(head, lists, text => oneLine(secrets.hide(text))),
      );
    } catch (error) {
      tell(expectProblem(error));
    }
  };

/** Notes what a person looked at on purpose, as an operation whose plan is the names: in the record, and in the audit file. */
export function noted(options: AuditOptions): Note {
  const {profile, record, secrets} = options;
  const write = writeTo(options);
  return async (where, what, names) => {
    const shown = oneLine(`${what}: ${names.join(', ')}`, 500);
    const begun = {
      atMs: Date.now(),
      where,
      what: secrets.hide(shown),
      changes: false,
      subject: {kind: 'note'},
    } as const;
    record.begin(begun)({tookMs: 0, outcome: 'ok', result: 'seen'});
    const id = randomUUID();
    const named = ['activity.note', `${where}: ${what}`, profile] as const;
    await write(
      {...headOf(id, 'started', ...named), ...whoOf('looked', profile)},
      {
        plan: names.map(name => ({step: name})),
      },
    );
    await write({...headOf(id, 'ended', ...named), outcome: 'done', tookMs: 0}, {});
  };
}

/** Does what was confirmed; notes it in the record, and in the audit file before and after. */
export function audited(options: AuditOptions): Execute {
  const {profile, record, secrets} = options;
  const write = writeTo(options);
  return async run => {
    const id = randomUUID();
    const startedAtMs = Date.now();
    const named = [run.operation.id, run.plan.title, profile] as const;
    const ends = record.begin({
      atMs: startedAtMs,
      where: profile.name,
      what: secrets.hide(run.plan.title),
      changes: true,
      subject: {kind: 'operation'},
    });
    await write({...headOf(id, 'started', ...named), ...whoOf(run.confirmed, profile)}, listsOf(run, profile));
    const end = async (how: Pick<Report, 'outcome' | 'results'> & Partial<Report>) => {
      const tookMs = Date.now() - startedAtMs;
      ends(endingOf(how, tookMs, secrets));
      const {outcome, results, summary} = how;
      const touched = touchedSince(record, startedAtMs, profile);
      const head = {...headOf(id, 'ended', ...named), outcome, tookMs, ...(summary === undefined ? {} : {summary})};
      await write(head, {touched, steps: results.map(stepOf)});
    };
    try {
      const {operation, plan, signal, onProgress} = run;
      const report = await execute(operation.id, plan, signal, onProgress);
      await end(report);
      return report;
    } catch (bug) {
      await end({outcome: 'failed', results: [], summary: 'windsock failed by a fault of its own'});
      throw bug;
    }
  };
}

const headOf = (id: string, event: 'started' | 'ended', operation: string, title: string, {name}: Profile) => ({
  version: 1,
  event,
  id,
  at: new Date().toISOString(),
  profile: name,
  operation,
  title,
});

function whoOf(confirmed: Run['confirmed'] | 'looked', {api}: Profile) {
  const login = api?.login.kind === 'password' ? {user: api.login.user} : {login: api?.login.kind};
  const {SUDO_USER: sudoUser} = process.env;
  return {
    by: {user: userInfo().username, ...(sudoUser ? {sudoUser} : {}), host: hostname(), pid: process.pid},
    confirmed,
    ...(api === undefined ? {} : {api: {url: api.url, ...login}}),
  };
}

const listsOf = ({plan}: Run, {hosts}: Profile) => ({
  hosts: hosts.map(host => ({name: host.name, ...(host.kind === 'ssh' && host.user ? {user: host.user} : {})})),
  plan: plan.steps.map(({text, note}) => ({step: text, ...(note === undefined ? {} : {note})})),
  warnings: plan.warnings,
});

function stepOf({text, outcome, tookMs, said, problem}: StepResult) {
  return {
    step: text,
    outcome,
    tookMs,
    ...(said === undefined ? {} : {said}),
    ...(problem === undefined ? {} : {problem: {code: problem.code, message: problem.message}}),
  };
}

/** "API" and the hosts that something was told to change on. One operation runs at a time. */
function touchedSince(record: ActivityRecord, sinceMs: number, {name}: Profile): readonly string[] {
  const changes = record.entries().filter(({changes, subject}) => changes && subject.kind !== 'operation');
  const places = changes.filter(({atMs}) => atMs >= sinceMs).map(({where}) => where);
  return [...new Set(places)].filter(place => place !== name);
}

const outcomes = {done: 'ok', failed: 'failed', cancelled: 'cancelled'} as const;

function endingOf({outcome, results}: Pick<Report, 'outcome' | 'results'>, tookMs: number, secrets: Secrets): Ending {
  const problem = results.find(result => result.problem !== undefined)?.problem;
  return {
    tookMs,
    outcome: outcomes[outcome],
    result: outcome,
    ...(problem === undefined ? {} : {problem: {message: secrets.hide(problem.message), hint: problem.hint}}),
  };
}
