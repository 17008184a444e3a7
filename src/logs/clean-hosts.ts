import type {Operation, Plan, Step} from '../operations/operation.ts';
import {expectProblem, type Problem} from '../problems/problem.ts';
import {type CleanContext, cleanUp} from './clean-up.ts';
import type {Rule} from './rule.ts';

type Part = {readonly host: string} & ({readonly plan: Plan} | {readonly problem: Problem});
type Planned = Extract<Part, {plan: Plan}>;

/** One rule for several hosts: each has its own plan, lock and result, and what fails on one keeps no other from it. */
export function cleanUpHosts(contexts: readonly CleanContext[], rule: Rule): Operation {
  const title = `Clean up the logs of ${contexts.map(({host}) => host.name).join(', ')}`;
  return {id: 'logs.clean', title, plan: signal => planHosts(contexts, rule, title, signal)};
}

async function planHosts(
  contexts: readonly CleanContext[],
  rule: Rule,
  title: string,
  signal: AbortSignal,
): Promise<Plan> {
  const parts = await Promise.all(contexts.map(context => planHost(context, rule, signal)));
  const planned = parts.filter(part => 'plan' in part);
  const [first] = planned;
  if (first === undefined) throw parts.find(part => 'problem' in part)?.problem ?? new Error('no host was given');
  return {
    title,
    steps: parts.flatMap(stepsOf),
    details: linesOf(planned, ({details = []}) => details),
    facts: {
      hosts: parts.map(part => ({host: part.host, ...('plan' in part ? part.plan.facts : {problem: part.problem})})),
    },
    warnings: [
      ...parts.flatMap(part => ('problem' in part ? [`${part.host} is left: ${part.problem.message}.`] : [])),
      ...linesOf(planned, ({warnings}) => warnings),
    ],
    verb: 'delete',
    confirm: first.plan.confirm,
    alternatives: [],
    touches: first.plan.touches,
    outcome: () => linesOf(planned, ({outcome}) => [outcome?.() ?? '']).join('\n'),
  };
}

async function planHost(context: CleanContext, rule: Rule, signal: AbortSignal): Promise<Part> {
  const host = context.host.name;
  try {
    return {host, plan: await cleanUp(context, rule).plan(signal)};
  } catch (error) {
    signal.throwIfAborted();
    return {host, problem: expectProblem(error)};
  }
}

/** That of a host without a plan fails, so that the report and the exit code say so. */
function stepsOf(part: Part): readonly Step[] {
  const {host} = part;
  if ('plan' in part) return part.plan.steps.map(step => ({...step, text: `${host}: ${step.text}`, group: host}));
  const {problem} = part;
  const run = () => Promise.reject(problem);
  return [{text: `${host}: nothing, there is no plan for it`, group: host, cannot: problem, run}];
}

/** With the host before each, but for what is the same on all. */
function linesOf(parts: readonly Planned[], of: (plan: Plan) => readonly string[]): readonly string[] {
  const lines = parts.map(({host, plan}) => ({host, own: of(plan)}));
  const isCommon = (line: string) => lines.every(({own}) => own.includes(line));
  const common = (lines[0]?.own ?? []).filter(isCommon);
  return [
    ...common,
    ...lines.flatMap(({host, own}) => own.filter(line => !isCommon(line)).map(line => `${host}: ${line}`)),
  ];
}
