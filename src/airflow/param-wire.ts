import {clean} from '../text.ts';
import type {Param} from './param.ts';
import {present} from './wire.ts';

const types = ['string', 'integer', 'number', 'boolean', 'array', 'object'] as const;

const maxLevels = 100;

/** The params of a DAG as its details have them: by name, in the order of the answer. */
export function paramsOf(wire: Readonly<Record<string, unknown>> | null | undefined): Param[] {
  return Object.entries(wire ?? {}).map(([name, param]) => paramOf(name, param));
}

/**
 * {value, schema, description}, in 2.x with `__class`; before 2.2 the plain value. A param without a default has
 * the value null and a type that does not allow null: Airflow refuses a run that gives none.
 */
function paramOf(name: string, wire: unknown): Param {
  if (!isRecord(wire) || !('value' in wire) || !(isRecord(wire.schema) || '__class' in wire)) {
    return present({
      name,
      type: 'any' as const,
      nullable: true,
      value: isDeep(wire) ? undefined : wire,
      required: false,
    });
  }
  const schema = isRecord(wire.schema) ? wire.schema : {};
  const named = [schema.type].flat().filter(type => typeof type === 'string');
  const nullable = named.length === 0 || named.includes('null');
  const others = types.filter(type => named.includes(type));
  const [only, second] = others;
  const value = wire.value ?? null;
  const deep = isDeep(value);
  const choices = Array.isArray(schema.enum) && !deep && !isDeep(schema.enum) ? schema.enum : undefined;
  const required = value === null && !nullable && !choices?.includes(null);
  return present({
    name,
    description: typeof wire.description === 'string' ? clean(wire.description) : undefined,
    type: only !== undefined && second === undefined && !deep ? only : ('any' as const),
    nullable,
    ...(required || deep ? {} : {value}),
    required,
    choices,
    minimum: numberOf(schema.minimum),
    maximum: numberOf(schema.maximum),
    minLength: numberOf(schema.minLength),
    maxLength: numberOf(schema.maxLength),
    pattern: typeof schema.pattern === 'string' ? schema.pattern : undefined,
  });
}

/** Nested so deep that nobody could read it, and that `JSON.stringify` might run out of stack. */
function isDeep(value: unknown, levels = maxLevels): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return levels === 0 || Object.values(value).some(item => isDeep(item, levels - 1));
}

function numberOf(value: unknown): number | undefined {
  return typeof value === 'number' ? value : undefined;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
