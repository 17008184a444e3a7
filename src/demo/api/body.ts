import {type Complaint, invalid} from './refusal.ts';

type Check = (value: unknown, loc: readonly string[]) => Complaint | undefined;

const complain = (type: string, msg: string): ((input: unknown, loc: readonly string[]) => Complaint) => {
  return (input, loc) => ({type, loc, msg, input});
};
const notText = complain('string_type', 'Input should be a valid string');
const notObject = complain('dict_type', 'Input should be a valid dictionary');
const notFlag = complain('bool_type', 'Input should be a valid boolean');
const notList = complain('list_type', 'Input should be a valid list');
const notCount = complain('int_type', 'Input should be a valid integer');
const notTime = complain('datetime_parsing', 'Input should be a valid datetime, input is too short');
const naive = complain('timezone_aware', 'Input should have timezone info');

export const text: Check = (value, loc) => (typeof value === 'string' ? undefined : notText(value, loc));
export const flag: Check = (value, loc) => (typeof value === 'boolean' ? undefined : notFlag(value, loc));
export const object: Check = (value, loc) =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? undefined : notObject(value, loc);
export const texts: Check = (value, loc) => (Array.isArray(value) ? undefined : notList(value, loc));
export const count: Check = (value, loc) => (Number.isInteger(value) ? undefined : notCount(value, loc));
export const time: Check = (value, loc) => {
  if (typeof value !== 'string' || Number.isNaN(Date.parse(value))) return notTime(value, loc);
  return /(Z|[+-]\d{2}:?\d{2})$/i.test(value) ? undefined : naive(value, loc);
};
export const orNull =
  (check: Check): Check =>
  (value, loc) =>
    value === null ? undefined : check(value, loc);

/** The body as an object with known keys only. Throws the 422 that pydantic makes. */
export function readBody(
  body: unknown,
  checks: Readonly<Record<string, Check>>,
  required: readonly string[] = [],
): Readonly<Record<string, unknown>> {
  if (body === undefined) throw invalid({type: 'missing', loc: ['body'], msg: 'Field required', input: null});
  if (object(body, ['body']) !== undefined) {
    const msg = 'Input should be a valid dictionary or object to extract fields from';
    throw invalid({type: 'model_attributes_type', loc: ['body'], msg, input: body});
  }
  const given = body as Readonly<Record<string, unknown>>;
  const complaints: Complaint[] = [];
  for (const name of required) {
    if (!Object.hasOwn(given, name)) {
      complaints.push({type: 'missing', loc: ['body', name], msg: 'Field required', input: given});
    }
  }
  for (const [name, value] of Object.entries(given)) {
    const check = Object.hasOwn(checks, name) ? checks[name] : undefined;
    const extra = {type: 'extra_forbidden', loc: ['body', name], msg: 'Extra inputs are not permitted', input: value};
    const complaint = check ? check(value, ['body', name]) : extra;
    if (complaint) complaints.push(complaint);
  }
  if (complaints.length > 0) throw invalid(...complaints);
  return given;
}
