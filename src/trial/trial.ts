import {Observer} from '../activity/observe.ts';
import {ActivityRecord} from '../activity/record.ts';
import {Secrets} from '../activity/secrets.ts';
import type {HostAsk} from '../host/host.ts';
import type {Profile} from '../profile/profile.ts';
import {apiSteps} from './api-steps.ts';
import {hostSteps} from './host-steps.ts';
import {Patience} from './patience.ts';
import type {StepAnswer, StepQuestion} from './step.ts';
import {walk} from './walk.ts';

export type TrialOptions = {
  /** Learns the secrets that are used, so that nothing shows them. */
  readonly secrets?: Secrets;
  /** Notes what is asked and run. */
  readonly record?: ActivityRecord;
  /** Asks a person for host keys and secrets. Without it a host that needs one fails that step. */
  readonly ask?: HostAsk;
  /** Ends it: what was not answered by then is not asked. */
  readonly signal?: AbortSignal;
  /** Which of the questions are asked; those that they need must be among them. Default all. */
  readonly only?: (question: StepQuestion) => boolean;
  readonly onAsking?: (question: StepQuestion) => void;
  readonly onAnswer?: (answer: StepAnswer) => void;
};

/** A profile that is about to be tried, step by step. */
export type Trial = {
  /** All that will be asked, the API first. */
  readonly questions: readonly StepQuestion[];
  /** Asks the API and all hosts at the same time, each one step after the other. Only reads. The answers stand as the questions do. */
  run(): Promise<readonly StepAnswer[]>;
};

export const apiSubject = 'API';

export function planTrial(given: Profile, options: TrialOptions = {}): Trial {
  const {ask, signal = new AbortController().signal, only = () => true, onAsking, onAnswer} = options;
  const {secrets = new Secrets(), record = new ActivityRecord()} = options;
  const profile = secrets.watchProfile(given);
  const observer = new Observer(record, secrets, profile.name);
  const patience = new Patience(ask === undefined ? undefined : secrets.watchAsk(ask));
  const parts = [
    ...(profile.api === undefined
      ? []
      : [
          {
            subject: apiSubject,
            late: 'airflow.timeout',
            steps: apiSteps(profile.api, profile, {hidden: secrets, onRequest: observer.onRequest}),
            close: () => {},
          } as const,
        ]),
    ...profile.hosts.map(
      address =>
        ({
          subject: address.name,
          late: 'host.timeout',
          ...hostSteps(address, profile, observer, patience.ask),
        }) as const,
    ),
  ].map(({steps, ...part}) => ({
    ...part,
    steps: steps.filter(({name, question}) => only({subject: part.subject, step: name, question})),
  }));
  return {
    questions: parts.flatMap(({subject, steps}) => steps.map(({name, question}) => ({subject, step: name, question}))),
    run: async () => {
      const answers = await Promise.all(
        parts.map(async ({subject, steps, late, close}) => {
          try {
            return await walk(subject, steps, {patience, signal, late, onAsking, onAnswer});
          } finally {
            close();
          }
        }),
      );
      return answers.flat();
    },
  };
}

/** Nothing failed. What was not asked for a good reason does not count. */
export const isPassed = (answers: readonly StepAnswer[]): boolean => answers.every(({outcome}) => outcome !== 'failed');
