import * as v from 'valibot';
import {anonymousAccess, uiAccess} from './anonymous.ts';
import type {
  AirflowApi,
  AirflowHealth,
  AnonymousAccess,
  ConfigExposure,
  DagDetails,
  DagPage,
  ImportError,
  Job,
  Page,
  PageAccess,
  Pool,
  RecentRuns,
  Rights,
  Run,
  RunCounts,
  RunsQuery,
  Task,
  TaskLogPart,
  TaskState,
  TaskTry,
  TriggerRequest,
  Variable,
} from './api.ts';
import {capabilitiesOf} from './capabilities.ts';
import type {Client} from './client.ts';
import {configExposure} from './config-exposure.ts';
import {dagStats} from './dag-stats.ts';
import {dagStatsWire, jobsWire, poolsWire, toJob, toPool, toVariable, variablesWire} from './data-wire.ts';
import {healthWire, toHealth} from './health-wire.ts';
import {listLimit, mapPage, noTasks} from './lists.ts';
import {admitsByToken} from './login-trial.ts';
import {allIds, allOf, firstOf, pages} from './pages.ts';
import {path, type Query} from './path.ts';
import {recentRuns} from './recent-runs.ts';
import {rights} from './rights.ts';
import {knownStates} from './states.ts';
import {taskLogWire2, toTaskLog2} from './task-log.ts';
import {
  dagDetailsWire,
  dagIdsWire,
  dagsWire,
  importErrorsWire,
  runsWire,
  runWire,
  tasksWire,
  toDag,
  toDagDetails,
  toImportError,
  toRun,
  toTask,
} from './v2-wire.ts';
import type {Version} from './versions.ts';

/** The REST API of Airflow 3.0–3.3. */
export class V2 implements AirflowApi {
  readonly major = 3;
  readonly version: string;
  readonly capabilities;
  readonly #client: Client;
  readonly #version: Version;

  constructor(client: Client, version: Version) {
    this.#client = client;
    this.#version = version;
    this.version = version.text;
    this.capabilities = capabilitiesOf(version);
  }

  async health(signal?: AbortSignal): Promise<AirflowHealth> {
    const {value, answer} = await this.#client.askFreely(healthWire, {path: '/api/v2/monitor/health'}, signal);
    return toHealth(value, answer);
  }

  async *dags(signal?: AbortSignal): AsyncGenerator<DagPage> {
    const fetch = (offset: number, limit: number, signal: AbortSignal) =>
      this.#client.ask(dagsWire, {path: '/api/v2/dags', query: {order_by: 'dag_id', limit, offset}}, signal);
    for await (const {items, total} of pages(fetch, dag => dag.dag_id, signal)) yield {dags: items.map(toDag), total};
  }

  async allDagIds(signal?: AbortSignal) {
    const query = {order_by: 'dag_id', exclude_stale: false};
    const fetch = (offset: number, limit: number, signal: AbortSignal) =>
      this.#client.ask(dagIdsWire, {path: '/api/v2/dags', query: {...query, limit, offset}}, signal);
    return allIds(fetch, dag => dag.dag_id, signal);
  }

  async dag(dagId: string, signal?: AbortSignal): Promise<DagDetails> {
    return toDagDetails(await this.#client.ask(dagDetailsWire, {path: path`/api/v2/dags/${dagId}/details`}, signal));
  }

  async recentRuns(dagIds: readonly string[], perDag: number, signal?: AbortSignal): Promise<RecentRuns> {
    return recentRuns(dagIds, perDag, async (some, limit) => {
      const json = {dag_ids: some, page_limit: limit, order_by: '-id'};
      const call = {method: 'POST', path: '/api/v2/dags/~/dagRuns/list', only: 'look', body: {json}} as const;
      return mapPage(await this.#client.ask(runsWire, call, signal), toRun);
    });
  }

  async runs(dagId: string, limit: number, signal?: AbortSignal): Promise<Page<Run>> {
    const page = await firstOf(
      limit,
      (offset, limit, signal) => {
        const query = {order_by: '-id', limit, offset};
        return this.#client.ask(runsWire, {path: path`/api/v2/dags/${dagId}/dagRuns`, query}, signal);
      },
      signal,
    );
    return mapPage(page, toRun);
  }

  async run(dagId: string, runId: string, signal?: AbortSignal): Promise<Run> {
    return toRun(await this.#client.ask(runWire, {path: path`/api/v2/dags/${dagId}/dagRuns/${runId}`}, signal));
  }

  async tasks(dagId: string, runId: string, signal?: AbortSignal): Promise<Page<Task>> {
    return this.#tasks(path`/api/v2/dags/${dagId}/dagRuns/${runId}/taskInstances`, {}, listLimit, signal);
  }

  async taskLog(
    {dagId, runId, taskId, mapIndex, tryNumber}: TaskTry,
    token?: string,
    signal?: AbortSignal,
  ): Promise<TaskLogPart> {
    const where = path`/api/v2/dags/${dagId}/dagRuns/${runId}/taskInstances/${taskId}/logs/${String(tryNumber)}`;
    const query = {token, map_index: mapIndex};
    return toTaskLog2(await this.#client.ask(taskLogWire2, {path: where, query}, signal));
  }

  async tasksInStates(states: readonly TaskState[], limit: number, signal?: AbortSignal): Promise<Page<Task>> {
    const known = knownStates(states, this.#version);
    if (known.length === 0) return noTasks;
    const query = {state: known, order_by: 'start_date'};
    return this.#tasks('/api/v2/dags/~/dagRuns/~/taskInstances', query, limit, signal);
  }

  async countRuns(query: RunsQuery, signal?: AbortSignal): Promise<number> {
    return (await this.#runsInState(query, 1, 0, signal)).total;
  }

  async runsInState(query: RunsQuery, limit: number, signal?: AbortSignal): Promise<Page<Run>> {
    const page = await firstOf(
      limit,
      (offset, limit, signal) => this.#runsInState(query, limit, offset, signal),
      signal,
    );
    return mapPage(page, toRun);
  }

  async oldestRun(dagId: string, signal?: AbortSignal): Promise<Run | undefined> {
    // What has not started has no place in this order.
    const query = {start_date_gte: new Date(0).toISOString(), order_by: 'start_date', limit: 1};
    const {items} = await this.#client.ask(runsWire, {path: path`/api/v2/dags/${dagId}/dagRuns`, query}, signal);
    return items.map(toRun)[0];
  }

  async trigger(dagId: string, {conf, runId, note}: TriggerRequest): Promise<Run> {
    // The key must be there (422 otherwise); null is a run without a logical date.
    const json = {logical_date: null, conf, dag_run_id: runId, note};
    return toRun(
      await this.#client.ask(runWire, {method: 'POST', path: path`/api/v2/dags/${dagId}/dagRuns`, body: {json}}),
    );
  }

  async setPaused(dagId: string, paused: boolean): Promise<void> {
    await this.#client.ask(v.looseObject({}), {
      method: 'PATCH',
      path: path`/api/v2/dags/${dagId}`,
      query: {update_mask: 'is_paused'},
      body: {json: {is_paused: paused}},
    });
  }

  async importErrors(signal?: AbortSignal): Promise<Page<ImportError>> {
    const page = await firstOf(
      listLimit,
      (offset, limit, signal) =>
        this.#client.ask(importErrorsWire, {path: '/api/v2/importErrors', query: {limit, offset}}, signal),
      signal,
    );
    return mapPage(page, toImportError);
  }

  async *variables(signal?: AbortSignal): AsyncGenerator<Page<Variable>> {
    const fetch = (offset: number, limit: number, signal: AbortSignal) =>
      this.#client.ask(variablesWire, {path: '/api/v2/variables', query: {limit, offset}}, signal);
    for await (const page of pages(fetch, variable => variable.key, signal)) yield mapPage(page, toVariable(3));
  }

  async pools(signal?: AbortSignal): Promise<Page<Pool>> {
    const fetch = (offset: number, limit: number, signal: AbortSignal) =>
      this.#client.ask(poolsWire, {path: '/api/v2/pools', query: {limit, offset}}, signal);
    return mapPage(await allOf(fetch, pool => pool.name, signal), toPool);
  }

  async jobs(signal?: AbortSignal): Promise<Page<Job>> {
    const query = {job_state: 'running', order_by: '-latest_heartbeat', limit: 100};
    const {value, answer} = await this.#client.askDated(jobsWire, {path: '/api/v2/jobs', query}, signal);
    return mapPage(value, job => toJob(job, answer));
  }

  async dagStats(dagIds: readonly string[], signal?: AbortSignal): Promise<ReadonlyMap<string, RunCounts>> {
    return dagStats(dagIds, async some =>
      this.#client.ask(dagStatsWire, {path: '/api/v2/dagStats', query: {dag_ids: some}}, signal),
    );
  }

  async configExposure(signal?: AbortSignal): Promise<ConfigExposure> {
    return configExposure(this.#client, '/api/v2/config', 'database', signal);
  }

  async anonymousAccess(signal?: AbortSignal): Promise<AnonymousAccess> {
    return anonymousAccess(this.#client, '/api/v2/dags', signal);
  }

  async pageAccess(signal?: AbortSignal): Promise<PageAccess> {
    return uiAccess(this.#client, signal);
  }

  async admitsLogin(user: string, password: string, signal?: AbortSignal): Promise<boolean> {
    return admitsByToken(this.#client, [user, password], signal);
  }

  async rights(signal?: AbortSignal): Promise<Rights> {
    return rights(this.#client, {users: '/auth/fab/v1/users', base: '/api/v2'}, signal);
  }

  #runsInState({state, endedSinceMs}: RunsQuery, limit: number, offset: number, signal?: AbortSignal) {
    const since =
      endedSinceMs === undefined
        ? {}
        : {end_date_gte: new Date(endedSinceMs + this.#client.clockAheadMs).toISOString()};
    const query = {state, limit, offset, order_by: '-id', ...since};
    return this.#client.ask(runsWire, {path: '/api/v2/dags/~/dagRuns', query}, signal);
  }

  async #tasks(where: string, query: Query, limit: number, signal?: AbortSignal): Promise<Page<Task>> {
    const page = await firstOf(
      limit,
      (offset, limit, signal) => this.#client.ask(tasksWire, {path: where, query: {...query, limit, offset}}, signal),
      signal,
    );
    return mapPage(page, toTask);
  }
}
