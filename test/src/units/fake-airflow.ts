import type {AirflowApi, AirflowHealth, ComponentHealth, Task} from '../../../src/airflow/api.ts';
import {execute} from '../../../src/operations/execute.ts';
import type {Operation, Plan} from '../../../src/operations/operation.ts';
import type {UnitContext} from '../../../src/units/context.ts';
import {FakeHost, fakeContext, unit} from './fake-host.ts';

export const never = new AbortController().signal;

/** What an operation on the scheduler of one host needs; a test changes what the host and Airflow answer. */
export class Scene {
  readonly host = new FakeHost();
  readonly scheduler = unit({});
  readonly webserver = unit({name: 'airflow-webserver.service', component: 'webserver'});
  readonly triggerer = unit({name: 'airflow-triggerer.service', component: 'triggerer'});
  readonly context: UnitContext & {nowMs: number};
  health: () => Partial<AirflowHealth> = () => ({scheduler: {says: 'healthy', heartbeatAgeMs: 0}});
  tasks: readonly Task[] = [];

  constructor() {
    this.host.add(this.scheduler.name);
    const api = {
      health: async () => ({
        answeredAtMs: this.context.nowMs,
        tookMs: 1,
        database: {says: 'healthy'} satisfies ComponentHealth,
        ...this.health(),
      }),
      tasksInStates: async () => ({items: this.tasks, total: this.tasks.length}),
    } as unknown as AirflowApi;
    this.context = fakeContext([this.host], {airflow: async () => api});
  }
}

export const planOf = (operation: Operation): Promise<Plan> => operation.plan(never);

/** The steps as the preview shows them. */
export const shownSteps = (plan: Plan): readonly string[] =>
  plan.steps.map(({text, note}) => (note === undefined ? text : `${text} | ${note}`));

/** Plans the operation, lets something happen, and walks the plan. */
export async function walk(operation: Operation, between: () => void = () => {}) {
  const plan = await planOf(operation);
  between();
  const said: string[] = [];
  const report = await execute(operation.id, plan, never, ({running}) => {
    if (running?.said !== undefined) said.push(running.said);
  });
  return {report, said, outcomes: report.results.map(({outcome}) => outcome)};
}
