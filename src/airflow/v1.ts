import * as v from 'valibot';
import {Problem} from '../problems/problem.ts';
import {anonymousAccess, deniesAll, homeAccess} from './anonymous.ts';
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
import {capabilitiesOf, demand, tooOld} from './capabilities.ts';
import type {Client} from './client.ts';
import {configExposure} from './config-exposure.ts';
import {dagStats} from './dag-stats.ts';
import {dagStatsWire, poolsWire, toPool, toVariable, variablesWire} from './data-wire.ts';
import {healthWire, toHealth} from './health-wire.ts';
import {listLimit, mapPage, noTasks} from './lists.ts';
import {admitsByFormOrBasic} from './login-trial.ts';
import {allIds, allOf, firstOf, pages} from './pages.ts';
import {path, type Query} from './path.ts';
import {recentRuns} from './recent-runs.ts';
import {rights} from './rights.ts';
import {knownStates} from './states.ts';
import {taskLogWire1, toTaskLog1} from './task-log.ts';
import {
  dagDetailsWire,
  dagIdsWire,
  dagsWire,
  importErrorsWire,
  ownersWire,
  runsWire,
  runWire,
  tasksWire,
  toDag,
  toDagDetails,
  toImportError,
  toRun,
  toTask,
} from './v1-wire.ts';
import {atLeast, type Version} from './versions.ts';

/** What the DAG list needs of a DAG: half the cost of all of it. */
const listFields =
  'dag_id,dag_display_name,is_paused,owners,tags,schedule_interval,timetable_description,next_dagrun_create_after,has_import_errors';

/** The REST API of Airflow 2.0–2.11. A query parameter that a version does not know is refused (400). */
export class V1 implements AirflowApi {
  readonly major = 2;
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
    const {value, answer} = await this.#client.askFreely(healthWire, {path: '/api/v1/health'}, signal);
    return toHealth(value, answer);
  }

  async *dags(signal?: AbortSignal): AsyncGenerator<DagPage> {
    const query: Query = {
      ...(this.#since('2.2') ? {only_active: true} : {}),
      ...(this.capabilities.has('dag-fields') ? {fields: listFields} : {}),
    };
    const fetch = async (offset: number, limit: number, signal: AbortSignal) =>
      this.#client.ask(dagsWire, {path: '/api/v1/dags', query: {...query, limit, offset}}, signal);
    for await (const {items, total} of pages(fetch, dag => dag.dag_id, signal)) {
      // Only 2.1 sends DAGs that are gone.
      yield {dags: items.filter(dag => dag.is_active !== false).map(toDag), total};
    }
  }

  async allDagIds(signal?: AbortSignal) {
    if (!this.#since('2.1')) throw new Problem('airflow.needs-version', 'a list with stale DAGs needs Airflow 2.1');
    const query: Query = {
      ...(this.#since('2.2') ? {only_active: false} : {}),
      ...(this.capabilities.has('dag-fields') ? {fields: 'dag_id'} : {}),
    };
    const fetch = (offset: number, limit: number, signal: AbortSignal) =>
      this.#client.ask(dagIdsWire, {path: '/api/v1/dags', query: {...query, limit, offset}}, signal);
    return allIds(fetch, dag => dag.dag_id, signal);
  }

  async dag(dagId: string, signal?: AbortSignal): Promise<DagDetails> {
    const fields = this.capabilities.has('dag-fields') ? {fields: 'owners'} : {};
    const [details, owners] = await Promise.all([
      this.#client.ask(dagDetailsWire, {path: path`/api/v1/dags/${dagId}/details`}, signal),
      this.#client.ask(ownersWire, {path: path`/api/v1/dags/${dagId}`, query: fields}, signal),
    ]);
    return toDagDetails(details, owners);
  }

  async recentRuns(dagIds: readonly string[], perDag: number, signal?: AbortSignal): Promise<RecentRuns> {
    return recentRuns(dagIds, perDag, async (some, limit) => {
      const json = {dag_ids: some, page_limit: limit, ...this.#newestFirst()};
      const call = {method: 'POST', path: '/api/v1/dags/~/dagRuns/list', only: 'look', body: {json}} as const;
      return mapPage(await this.#client.ask(runsWire, call, signal), toRun);
    });
  }

  async runs(dagId: string, limit: number, signal?: AbortSignal): Promise<Page<Run>> {
    const page = await firstOf(
      limit,
      (offset, limit, signal) => {
        const query = {limit, offset, ...this.#newestFirst()};
        return this.#client.ask(runsWire, {path: path`/api/v1/dags/${dagId}/dagRuns`, query}, signal);
      },
      signal,
    );
    return mapPage(page, toRun);
  }

  async run(dagId: string, runId: string, signal?: AbortSignal): Promise<Run> {
    return toRun(await this.#client.ask(runWire, {path: path`/api/v1/dags/${dagId}/dagRuns/${runId}`}, signal));
  }

  async tasks(dagId: string, runId: string, signal?: AbortSignal): Promise<Page<Task>> {
    const where = path`/api/v1/dags/${dagId}/dagRuns/${runId}/taskInstances`;
    const page = await this.#tasks(where, {}, listLimit, signal);
    return mapPage(page, wire => toTask(wire, runId));
  }

  async taskLog(
    {dagId, runId, taskId, mapIndex, tryNumber}: TaskTry,
    token?: string,
    signal?: AbortSignal,
  ): Promise<TaskLogPart> {
    const where = path`/api/v1/dags/${dagId}/dagRuns/${runId}/taskInstances/${taskId}/logs/${String(tryNumber)}`;
    const query = {token, ...(mapIndex !== undefined && this.#since('2.4') ? {map_index: mapIndex} : {})};
    return toTaskLog1(await this.#client.ask(taskLogWire1, {path: where, query}, signal));
  }

  async tasksInStates(states: readonly TaskState[], limit: number, signal?: AbortSignal): Promise<Page<Task>> {
    const state = knownStates(states, this.#version);
    if (state.length === 0) return noTasks;
    const page = await this.#tasks('/api/v1/dags/~/dagRuns/~/taskInstances', {state}, limit, signal);
    return mapPage(page, wire => toTask(wire));
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
    const {items} = await this.#client.ask(runsWire, {path: path`/api/v1/dags/${dagId}/dagRuns`, query}, signal);
    return items.map(toRun)[0];
  }

  async trigger(dagId: string, {conf, runId, note}: TriggerRequest): Promise<Run> {
    if (note !== undefined) demand(this, 'run-note');
    const json = {conf, dag_run_id: runId, note};
    return toRun(
      await this.#client.ask(runWire, {method: 'POST', path: path`/api/v1/dags/${dagId}/dagRuns`, body: {json}}),
    );
  }

  async setPaused(dagId: string, paused: boolean): Promise<void> {
    await this.#client.ask(v.looseObject({}), {
      method: 'PATCH',
      path: path`/api/v1/dags/${dagId}`,
      query: {update_mask: 'is_paused'},
      body: {json: {is_paused: paused}},
    });
  }

  async importErrors(signal?: AbortSignal): Promise<Page<ImportError>> {
    const page = await firstOf(
      listLimit,
      (offset, limit, signal) =>
        this.#client.ask(importErrorsWire, {path: '/api/v1/importErrors', query: {limit, offset}}, signal),
      signal,
    );
    return mapPage(page, toImportError);
  }

  async *variables(signal?: AbortSignal): AsyncGenerator<Page<Variable>> {
    const fetch = (offset: number, limit: number, signal: AbortSignal) =>
      this.#client.ask(variablesWire, {path: '/api/v1/variables', query: {limit, offset}}, signal);
    for await (const page of pages(fetch, variable => variable.key, signal)) yield mapPage(page, toVariable(2));
  }

  async pools(signal?: AbortSignal): Promise<Page<Pool>> {
    const fetch = (offset: number, limit: number, signal: AbortSignal) =>
      this.#client.ask(poolsWire, {path: '/api/v1/pools', query: {limit, offset}}, signal);
    return mapPage(await allOf(fetch, pool => pool.name, signal), toPool);
  }

  async jobs(): Promise<Page<Job>> {
    throw tooOld(this, 'jobs');
  }

  async dagStats(dagIds: readonly string[], signal?: AbortSignal): Promise<ReadonlyMap<string, RunCounts>> {
    demand(this, 'dag-stats');
    return dagStats(dagIds, async some => {
      const query = {dag_ids: some.join(',')};
      return this.#client.ask(dagStatsWire, {path: '/api/v1/dagStats', query}, signal);
    });
  }

  async configExposure(signal?: AbortSignal): Promise<ConfigExposure> {
    // Only since 2.7 one section can be asked for; the address of the database is in it since 2.3.
    const section = this.#since('2.7') ? 'database' : undefined;
    return configExposure(this.#client, '/api/v1/config', section, signal);
  }

  async anonymousAccess(signal?: AbortSignal): Promise<AnonymousAccess> {
    const access = await anonymousAccess(this.#client, '/api/v1/dags', signal);
    if (access === 'open' || this.#since('2.3')) return access;
    return (await deniesAll(this.#client, '/api/v1/dags', signal)) ? 'denies-all' : access;
  }

  async pageAccess(signal?: AbortSignal): Promise<PageAccess> {
    return homeAccess(this.#client, signal);
  }

  async admitsLogin(user: string, password: string, signal?: AbortSignal): Promise<boolean> {
    return admitsByFormOrBasic(this.#client, [user, password], signal);
  }

  async rights(signal?: AbortSignal): Promise<Rights> {
    return rights(this.#client, {users: this.#since('2.1') ? '/api/v1/users' : undefined, base: '/api/v1'}, signal);
  }

  #runsInState({state, endedSinceMs}: RunsQuery, limit: number, offset: number, signal?: AbortSignal) {
    demand(this, 'run-counts');
    const since =
      endedSinceMs === undefined
        ? {}
        : {end_date_gte: new Date(endedSinceMs + this.#client.clockAheadMs).toISOString()};
    const query = {state, limit, offset, ...this.#newestFirst(), ...since};
    return this.#client.ask(runsWire, {path: '/api/v1/dags/~/dagRuns', query}, signal);
  }

  #tasks(where: string, query: Query, limit: number, signal?: AbortSignal) {
    return firstOf(
      limit,
      (offset, limit, signal) => this.#client.ask(tasksWire, {path: where, query: {...query, limit, offset}}, signal),
      signal,
    );
  }

  /** By the order of creation: a queued run has no start yet, and databases disagree where such a run belongs. */
  #newestFirst(): {readonly order_by?: string} {
    return this.#since('2.1') ? {order_by: '-id'} : {};
  }

  #since(version: `2.${number}`): boolean {
    return atLeast(this.#version, version);
  }
}
