import {runInNewContext} from 'node:vm';

/** A parameter of a DAG: what its trigger form asks for. */
export type Param = {
  readonly name: string;
  readonly description?: string;
  readonly type: 'string' | 'integer' | 'number' | 'boolean' | 'array' | 'object' | 'any';
  /** Null is allowed as a value. */
  readonly nullable: boolean;
  /**
   * Absent where the DAG gives none: then it is `required`, and a run without a value is refused. Also absent where it
   * is nested too deep to be shown: then a run without a value takes it.
   */
  readonly value?: unknown;
  readonly required: boolean;
  readonly choices?: readonly unknown[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  /** A regular expression of Python's dialect, searched for anywhere in the value. */
  readonly pattern?: string;
};

/** What somebody typed: a value to send, or a sentence that says what is wrong with it. */
export type ParamReading = {readonly value: unknown} | {readonly wrong: string};

/** The text that a form starts with. `readParam` reads it back as the param's own value. */
export function paramText(param: Param): string {
  return param.value === undefined || param.value === null ? '' : textOf(param.value, param.type);
}

/**
 * Reads what somebody typed. Text that was not edited is the param's own value; an empty one is null where null is
 * allowed; a value of undefined is left to the DAG. What JavaScript cannot check as Python would (some patterns) is left to Airflow.
 */
export function readParam(param: Param, text: string): ParamReading {
  if (param.value !== undefined && text === paramText(param)) return {value: param.value};
  if (param.choices) return readChoice(param, param.choices, text);
  if (text === '' && param.type === 'any' && param.value === undefined && !param.required) return {value: undefined};
  if (text.trim() === '' && param.nullable) return {value: null};
  if (text === '' && (param.required || param.type !== 'string')) return {wrong: 'A value is needed.'};
  switch (param.type) {
    case 'string':
      return readString(param, text);
    case 'integer':
    case 'number':
      return readNumber(param, text.trim());
    case 'boolean':
      return readBoolean(text.trim().toLowerCase());
    case 'array':
    case 'object':
      return readJson(param.type, text);
    case 'any':
      return readAny(text);
  }
}

/** Text for one of `param.choices`, as `readParam` takes it. */
function choiceText(choice: unknown): string {
  return typeof choice === 'string' ? choice : JSON.stringify(choice);
}

function textOf(value: unknown, type: Param['type']): string {
  if (typeof value !== 'string') return JSON.stringify(value);
  // Where the type is open, "5" is a text and 5 a number.
  return type === 'any' && (jsonOf(value) !== undefined || mustBeJson(value)) ? JSON.stringify(value) : value;
}

function readChoice(param: Param, choices: readonly unknown[], text: string): ParamReading {
  const index = choices.findIndex(choice => choiceText(choice) === text);
  if (index >= 0) return {value: choices[index]};
  if (text === '' && (param.nullable || choices.includes(null))) return {value: null};
  return {wrong: `Choose one of: ${choices.map(choiceText).join(', ')}.`};
}

function readString({minLength = 0, maxLength, pattern}: Param, text: string): ParamReading {
  const length = [...text].length;
  if (length < minLength) return {wrong: `At least ${characters(minLength)} are needed.`};
  if (maxLength !== undefined && length > maxLength) return {wrong: `At most ${characters(maxLength)} are allowed.`};
  if (pattern !== undefined && !mayMatch(pattern, text)) return {wrong: `It must match ${pattern}`};
  return {value: text};
}

function characters(count: number): string {
  return count === 1 ? '1 character' : `${count} characters`;
}

const matchMs = 50;

/** False only where Python surely would not find the pattern either. */
function mayMatch(pattern: string, text: string): boolean {
  // In Python \w, \d, \s and \b know all scripts.
  if (/\\[wWdDsSbB]/.test(pattern) && /[^\u0000-\u007f]/.test(text)) return true;
  try {
    // With "u" an escape that JavaScript does not know is an error, not a letter.
    // Only a context of its own can end a match that would take years: ^(a+)+$ against a long text.
    return runInNewContext("new RegExp(pattern, 'u').test(text)", {pattern, text}, {timeout: matchMs});
  } catch {
    // A pattern that only Python understands, or that takes too long.
    return true;
  }
}

function readNumber({type, minimum, maximum}: Param, text: string): ParamReading {
  const value = Number(text);
  if (type === 'integer') {
    if (!/^[+-]?\d+$/.test(text)) return {wrong: 'A whole number is needed.'};
    if (!Number.isSafeInteger(value)) return {wrong: 'This number is too large to be sent exactly.'};
  } else if (!/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) || !Number.isFinite(value)) {
    return {wrong: 'A number is needed.'};
  }
  if (minimum !== undefined && value < minimum) return {wrong: `It must be ${minimum} or more.`};
  if (maximum !== undefined && value > maximum) return {wrong: `It must be ${maximum} or less.`};
  return {value};
}

function readBoolean(text: string): ParamReading {
  if (text === 'true' || text === 'yes') return {value: true};
  if (text === 'false' || text === 'no') return {value: false};
  return {wrong: 'true or false is needed.'};
}

function readJson(type: 'array' | 'object', text: string): ParamReading {
  const value = jsonOf(text);
  if (type === 'array') return Array.isArray(value) ? {value} : {wrong: 'A JSON list is needed, like ["a", "b"].'};
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
  return isObject ? {value} : {wrong: 'A JSON object is needed, like {"a": 1}.'};
}

/** JSON, or a text that does not look like it. */
function readAny(text: string): ParamReading {
  const value = jsonOf(text);
  if (value !== undefined) return {value};
  return mustBeJson(text) ? {wrong: 'This is no valid JSON.'} : {value: text};
}

function mustBeJson(text: string): boolean {
  return /^\s*["[{]/.test(text);
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
