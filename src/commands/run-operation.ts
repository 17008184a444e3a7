import type {Operation, Plan, Report} from '../operations/operation.ts';
import {Problem} from '../problems/problem.ts';
import {age} from '../words.ts';
import {type CommandContext, exitCodes} from './command.ts';
import {interruptible} from './interruptible.ts';
import {progressRemarks} from './progress-remarks.ts';

/**
 * Plans an operation and, with --yes, does it: the same plan that the screen would show. SIGINT and SIGTERM end it at the next
 * possible point, with its report.
 */
export async function runOperation(context: CommandContext, operation: Operation): Promise<number> {
  return interruptible(({signal}) => planAndRun(context, operation, signal));
}

async function planAndRun(context: CommandContext, operation: Operation, signal: AbortSignal): Promise<number> {
  const {console, json, yes, dryRun, print, remark} = context;
  const plan = await planned(operation, signal);
  if (!json) for (const line of planLines(plan)) print(line);
  if (dryRun && plan.blocked === undefined) {
    if (json) print(JSON.stringify({plan: planJson(plan)}));
    return exitCodeOf(plan.steps.flatMap(({cannot}) => cannot ?? []));
  }
  if (console.readOnly) throw new Problem('operation.read-only');
  if (plan.blocked !== undefined) throw plan.blocked;
  if (!yes) throw new Problem('operation.not-confirmed', plan.title);
  const onProgress = json ? () => {} : progressRemarks(remark, console.now);
  const report = await console.execute({operation, plan, confirmed: '--yes', signal, onProgress});
  if (json) print(JSON.stringify({plan: planJson(plan), report: reportJson(report)}));
  else for (const line of reportLines(report)) print(line);
  const isDone = report.outcome === 'done' && !signal.aborted;
  const code = exitCodeOf(report.results.flatMap(({problem}) => problem ?? []));
  return code === exitCodes.ok && !isDone ? exitCodes.failed : code;
}

/** Of an operation that is planned or done in parts. */
function exitCodeOf(problems: readonly Problem[]): number {
  if (problems.some(({code}) => code === 'logs.busy')) return exitCodes.busy;
  return problems.length > 0 ? exitCodes.failed : exitCodes.ok;
}

async function planned(operation: Operation, signal: AbortSignal): Promise<Plan> {
  try {
    return await operation.plan(signal);
  } catch (error) {
    if (signal.aborted && !(error instanceof Problem)) throw new Problem('operation.cancelled', operation.title);
    throw error;
  }
}

function planLines(plan: Plan): readonly string[] {
  return [
    plan.title,
    ...(plan.steps.length === 0 && plan.blocked === undefined ? ['  There is nothing to do.'] : []),
    ...plan.steps.map(({text, note}, index) => `  ${index + 1}. ${text}${note === undefined ? '' : `  (${note})`}`),
    ...(plan.details ?? []).map(line => `  ${line}`),
    ...plan.warnings.map(warning => `  ! ${warning}`),
  ];
}

function reportLines(report: Report): readonly string[] {
  const lines = report.results.flatMap(({text, outcome, said, tookMs, problem}) => [
    `  ${outcome.padEnd(8)}  ${text}${outcome === 'not-done' ? '' : `  (${age(tookMs)})`}`,
    ...(said === undefined ? [] : [`            ${said}`]),
    ...(problem === undefined ? [] : [`            ${problem.message}`, `            ${problem.hint}`]),
    ...(problem?.lines ?? []).map(line => `            ${line}`),
  ]);
  return [`${report.title}: ${report.outcome}`, ...lines, ...(report.summary === undefined ? [] : [report.summary])];
}

function planJson({title, steps, warnings, facts, blocked}: Plan) {
  return {
    title,
    steps: steps.map(({text, note, cannot: problem}) => ({
      text,
      ...(note === undefined ? {} : {note}),
      ...(problem === undefined ? {} : {problem}),
    })),
    warnings,
    ...(facts === undefined ? {} : {facts}),
    ...(blocked === undefined ? {} : {blocked}),
  };
}

function reportJson({operation, title, outcome, results, summary, tookMs}: Report) {
  return {operation, title, outcome, results, tookMs, ...(summary === undefined ? {} : {summary})};
}
