import type {Variable} from '../../src/airflow/api.ts';
import type {Console} from '../../src/console.ts';
import {oneLine} from '../../src/text.ts';
import type {DataStore} from './data-store.ts';

export type RevealContext = {
  readonly console: Console;
  readonly store: DataStore;
  readonly say: (text: string) => void;
};

/** Why there is nothing to reveal. */
export function nothingToReveal(variable: Variable | undefined): string | undefined {
  switch (variable?.value.kind) {
    case undefined:
      return 'No variable is listed';
    case 'withheld':
      return 'Airflow does not give this value';
    case 'undecryptable':
      return 'Airflow cannot decrypt this value';
    default:
      return undefined;
  }
}

/** Shows a value, which is recorded, or hides it again. */
export function flipReveal({console, store, say}: RevealContext, {key}: Variable): void {
  const revealed = new Set(store.revealed.getState());
  const name = oneLine(key, 30);
  if (revealed.delete(key)) {
    say(`${name} is masked again.`);
  } else {
    revealed.add(key);
    void console.activity.note('API', 'revealed variables', [key]);
    say(`${name} is shown, and the activity records it.`);
  }
  store.revealed.setState(revealed, true);
}
