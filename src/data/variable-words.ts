import type {VariableValue} from '../airflow/api.ts';
import {masked, oneLine} from '../text.ts';

/** What stands in place of a value that Airflow does not give; undefined where it gives one. */
function missingWords({kind}: VariableValue): string | undefined {
  switch (kind) {
    case 'withheld':
      return '(hidden by Airflow)';
    case 'undecryptable':
      return '(cannot be decrypted)';
    default:
      return undefined;
  }
}

/** The value in one line, masked unless it was revealed. */
export function valueWords(value: VariableValue, revealed: boolean): string {
  const missing = missingWords(value);
  if (missing !== undefined || !('text' in value)) return missing ?? '';
  if (!revealed) return masked;
  return value.text === '' ? '(empty)' : oneLine(value.text);
}
