import type {Installation} from '../../config/installation.ts';
import type {AgentOptions} from '../../host/agent.ts';
import type {CleanContext} from '../clean-up.ts';

/** What putting a clean-up on a schedule needs of the open profile. */
export type ScheduleContext = Omit<CleanContext, 'installation'> & {
  readonly installation: () => Promise<Installation>;
  /** How many hosts the profile names. */
  readonly hosts: number;
};

/** The interpreter of Airflow may belong to its user: root starts only that of the system. */
export const asRoot: AgentOptions = {as: 'root'};
