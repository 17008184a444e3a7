/** What a value in a template is of the file: part of a pattern's named groups. */
type Part = 'dag' | 'run' | 'task' | 'map' | 'try' | 'date';

const dateTime = '[0-9]{4}-[0-9]{2}-[0-9]{2}T[^/]+';
const dateOnly = '[0-9]{4}-[0-9]{2}-[0-9]{2}';

/** The expressions that Airflow gives a template (1.10 to 3.3). */
const values: readonly (readonly [RegExp, Part, string])[] = [
  [/^(ti\.|dag\.|task_instance\.)?dag_id$/, 'dag', '[^/]+'],
  [/^(ti\.|dag_run\.|task_instance\.)?run_id$/, 'run', '[^/]+'],
  [/^(ti\.|task\.|task_instance\.)?task_id$/, 'task', '[^/]+'],
  [/^(ti\.|task_instance\.)?map_index$/, 'map', '-?[0-9]+'],
  [/^(ti\.|task_instance\.)?try_number$/, 'try', '[0-9]+'],
  [/^ts$|^(ti\.)?(execution_date|logical_date)(\.isoformat\(\))?$/, 'date', dateTime],
  [/^ds$/, 'date', dateOnly],
];

/** `{% if … %}`: an alternative of what stands up to its `else` or `endif`. */
const token = /\{\{(?<jinja>[\s\S]*?)\}\}|\{%-?\s*(?<block>[\s\S]*?)\s*-?%\}|\{(?<format>[^{}]*)\}/g;

/**
 * The pattern of the files that a `log_filename_template` names, with the groups `dag`, `run`, `task`, `map`, `try` and `date`.
 * Undefined where it cannot be told: a loop, or a template without the DAG and the task, whose pattern would take any file.
 */
export function patternOf(template: string): string | undefined {
  const named = new Set<string>();
  const write = (part: Part, pattern: string): string => {
    if (named.has(part)) return pattern;
    named.add(part);
    return `(?<${part}>${pattern})`;
  };
  let pattern = '';
  let at = 0;
  let open = 0;
  // The option in airflow.cfg doubles its signs.
  const text = template.replaceAll('%%', '%');
  const isJinja = text.includes('{{');
  for (const match of text.matchAll(token)) {
    pattern += escaped(text.slice(at, match.index));
    at = match.index + match[0].length;
    const {block, jinja, format} = match.groups ?? {};
    if (block !== undefined) {
      const word = block.split(/\s/)[0] ?? '';
      if (word === 'if') {
        open++;
        pattern += '(?:';
      } else if (word === 'else' || word === 'elif') pattern += '|';
      else if (word === 'endif' && open-- > 0) pattern += ')?';
      else return undefined;
    } else if (format !== undefined && isJinja) {
      pattern += escaped(match[0]);
    } else {
      const expression = (jinja ?? format ?? '').replace(/\|\s*default\([^)]*\)/, '').trim();
      // What a filter makes of a value is no id.
      const value = values.find(([form]) => form.test(expression));
      pattern += value === undefined ? '[^/]+' : write(value[1], value[2]);
    }
  }
  pattern += escaped(text.slice(at));
  if (open !== 0 || !named.has('dag') || !named.has('task')) return undefined;
  return pattern
    .split(/(?<!\[\^)\//)
    .map(unmixed)
    .join('/');
}

/** Two ids in one name cannot be told apart: `a_b_c` is of DAG `a` or of `a_b`. */
function unmixed(segment: string): string {
  const ids = segment.match(/\(\?<(dag|run|task)>/g) ?? [];
  return ids.length < 2 ? segment : segment.replace(/\(\?<(dag|run|task)>/g, '(?:');
}

export function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
}
