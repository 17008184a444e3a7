import {Problem} from '../problems/problem.ts';
import type {AirflowApi, Capability} from './api.ts';
import {isWithin, type Range, type Release, type Version} from './versions.ts';

/** What it is in the words of a sentence, its first version, and the first that has it no more. */
type Declared = Range & {readonly what: string; readonly since: Release};

/** The only place that says which version can do what. */
const capabilities: Readonly<Record<Capability, Declared>> = {
  'run-counts': {what: 'counting runs by their state', since: '2.3'},
  'run-note': {what: 'a note on a run', since: '2.5'},
  'triggerer-health': {what: 'the health of the triggerer', since: '2.6'},
  'dag-processor-health': {what: 'the health of the DAG processor', since: '2.7'},
  'dag-fields': {what: 'asking for some fields of a DAG only', since: '2.9', until: '3.0'},
  'dag-stats': {what: 'counts of runs for each DAG', since: '2.10'},
  jobs: {what: 'the list of jobs', since: '3.0'},
  'task-order': {what: 'sorting tasks', since: '3.0'},
};

export function capabilitiesOf(version: Version): ReadonlySet<Capability> {
  const all = Object.keys(capabilities) as Capability[];
  return new Set(all.filter(capability => isWithin(version, capabilities[capability])));
}

/** Why this Airflow cannot do that ("needs Airflow 3.0 or later, this is 2.11.0"); undefined when it can. */
export function lacking(api: Pick<AirflowApi, 'capabilities' | 'version'>, capability: Capability): string | undefined {
  if (api.capabilities.has(capability)) return undefined;
  const {since, until} = capabilities[capability];
  return `needs Airflow ${since} ${until ? `to before ${until}` : 'or later'}, this is ${api.version}`;
}

/** The problem of asking an Airflow for what its version lacks. */
export function tooOld(api: Pick<AirflowApi, 'capabilities' | 'version'>, capability: Capability): Problem {
  return new Problem('airflow.needs-version', `${capabilities[capability].what} ${lacking(api, capability)}`);
}

/** Throws `airflow.needs-version` where this Airflow cannot do that. */
export function demand(api: Pick<AirflowApi, 'capabilities' | 'version'>, capability: Capability): void {
  if (!api.capabilities.has(capability)) throw tooOld(api, capability);
}
