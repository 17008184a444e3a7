import type {DagSpec, ParamSpec} from './dag.ts';

/** What Airflow 3.3 answers to values that do not fit the DAG's params; undefined where they fit. */
export function paramProblem(dag: DagSpec, conf: Readonly<Record<string, unknown>>): string | undefined {
  for (const [name, param] of Object.entries(dag.params)) {
    const given = Object.hasOwn(conf, name) ? conf[name] : param.value;
    if (given === undefined) return `Invalid input for param ${name}: No value passed and Param has no default value`;
    const broken = brokenRule(param, given);
    if (!broken) continue;
    return (
      `Invalid input for param ${name}: ${broken.message}\n\n` +
      `Failed validating '${broken.rule}' in schema:\n    ${pythonRepr(param.schema)}\n\n` +
      `On instance:\n    ${pythonRepr(given)}`
    );
  }
  return undefined;
}

type Rule = (value: unknown, wanted: never) => string | undefined;

const isType: Readonly<Record<string, (value: unknown) => boolean>> = {
  null: value => value === null,
  string: value => typeof value === 'string',
  integer: value => Number.isInteger(value),
  number: value => typeof value === 'number',
  boolean: value => typeof value === 'boolean',
  array: Array.isArray,
  object: value => typeof value === 'object' && value !== null && !Array.isArray(value),
};

/** The rules of JSON schema that the demo's params use, in the words of Python's jsonschema. */
const rules: Readonly<Record<string, Rule>> = {
  type: (value, wanted: string | readonly string[]) => {
    const types = typeof wanted === 'string' ? [wanted] : wanted;
    if (types.some(type => isType[type]?.(value))) return undefined;
    return `${pythonRepr(value)} is not of type ${types.map(pythonRepr).join(', ')}`;
  },
  enum: (value, wanted: readonly unknown[]) =>
    wanted.includes(value) ? undefined : `${pythonRepr(value)} is not one of ${pythonRepr(wanted)}`,
  minimum: (value, wanted: number) =>
    typeof value === 'number' && value < wanted ? `${value} is less than the minimum of ${wanted}` : undefined,
  maximum: (value, wanted: number) =>
    typeof value === 'number' && value > wanted ? `${value} is greater than the maximum of ${wanted}` : undefined,
  minLength: (value, wanted: number) => {
    if (typeof value !== 'string' || [...value].length >= wanted) return undefined;
    return `${pythonRepr(value)} ${wanted === 1 ? 'should be non-empty' : 'is too short'}`;
  },
  pattern: (value, wanted: string) =>
    typeof value === 'string' && !new RegExp(wanted, 'u').test(value)
      ? `${pythonRepr(value)} does not match ${pythonRepr(wanted)}`
      : undefined,
  format: (value, wanted: string) =>
    typeof value === 'string' && wanted === 'date' && !/^\d{4}-\d{2}-\d{2}$/.test(value)
      ? `${pythonRepr(value)} is not a 'date'`
      : undefined,
};

function brokenRule(param: ParamSpec, value: unknown): {rule: string; message: string} | undefined {
  for (const [rule, wanted] of Object.entries(param.schema)) {
    const message = rules[rule]?.(value, wanted as never);
    if (message !== undefined) return {rule, message};
  }
  return undefined;
}

/** A JSON value as Python prints it. */
function pythonRepr(value: unknown): string {
  if (value === null) return 'None';
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (typeof value === 'string') {
    const quote = value.includes("'") && !value.includes('"') ? '"' : "'";
    return `${quote}${value.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll(quote, `\\${quote}`)}${quote}`;
  }
  if (Array.isArray(value)) return `[${value.map(pythonRepr).join(', ')}]`;
  if (typeof value === 'object') {
    const pairs = Object.entries(value).map(([key, each]) => `${pythonRepr(key)}: ${pythonRepr(each)}`);
    return `{${pairs.join(', ')}}`;
  }
  return String(value);
}
