import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {type Param, paramText, readParam} from '../../../src/airflow/param.ts';
import {paramsOf} from '../../../src/airflow/param-wire.ts';

const of = (type: Param['type'], extra: Partial<Param> = {}): Param => ({
  name: 'p',
  type,
  nullable: false,
  required: false,
  ...extra,
});

function nested(levels: number): unknown {
  return JSON.parse(`${'['.repeat(levels)}${']'.repeat(levels)}`);
}

describe('readParam', () => {
  test.each<[Param, string, unknown]>([
    [of('string'), 'hello', 'hello'],
    [of('string'), '', ''],
    [of('string', {nullable: true}), '', null],
    [of('string', {pattern: '^[A-Z]+-[0-9]+$'}), 'OPS-1', 'OPS-1'],
    [of('string', {pattern: '(?P<year>\\d+)\\Z'}), 'only Python can tell', 'only Python can tell'],
    [of('string', {pattern: '^\\w+$'}), 'né', 'né'],
    [of('integer', {minimum: 1, maximum: 100}), ' 42 ', 42],
    [of('number'), '-1.5e3', -1500],
    [of('boolean'), 'Yes', true],
    [of('boolean'), 'false', false],
    [of('array'), '[1, "a"]', [1, 'a']],
    [of('object'), '{"a": null}', {a: null}],
    [of('any'), 'plain text', 'plain text'],
    [of('any'), '5', 5],
    [of('any'), '"5"', '5'],
    [of('string', {choices: ['red', 'green']}), 'green', 'green'],
    [of('any', {choices: [1, '1', null]}), '1', 1],
    [of('any', {choices: [1, 'x', null]}), 'null', null],
    [of('any', {choices: [1, 'x', null]}), '', null],
  ])('%j reads %j', (param, text, value) => {
    expect(readParam(param, text)).toEqual({value});
  });

  test.each<[Param, string, RegExp]>([
    [of('string', {required: true}), '', /A value is needed/],
    [of('string', {minLength: 3}), 'ab', /At least 3 characters/],
    [of('string', {maxLength: 1}), '🚀🚀', /At most 1 character /],
    [of('string', {pattern: '^[A-Z]+-[0-9]+$'}), 'ops', /must match \^\[A-Z/],
    [of('integer'), '', /A value is needed/],
    [of('integer'), '1.5', /whole number/],
    [of('integer'), '9007199254740993', /too large/],
    [of('integer', {minimum: 1}), '0', /1 or more/],
    [of('number', {maximum: 2}), '2.1', /2 or less/],
    [of('number'), '0x10', /A number/],
    [of('number'), '1e999', /A number/],
    [of('boolean'), 'maybe', /true or false/],
    [of('array'), '{"a": 1}', /JSON list/],
    [of('object'), '[1]', /JSON object/],
    [of('object'), '{', /JSON object/],
    [of('any'), '{broken', /no valid JSON/],
    [of('string', {choices: ['red', 'green']}), 'blue', /Choose one of: red, green/],
  ])('%j refuses %j', (param, text, wrong) => {
    expect(readParam(param, text)).toEqual({wrong: expect.stringMatching(wrong)});
  });

  test('text that was not edited is the value of the param, whatever it is', () => {
    const types = ['string', 'integer', 'number', 'boolean', 'array', 'object', 'any'] as const;
    fc.assert(
      fc.property(fc.constantFrom(...types), fc.jsonValue(), fc.boolean(), (type, value, nullable) => {
        const param = of(type, {value, nullable});
        expect(readParam(param, paramText(param))).toEqual({value});
      }),
    );
  });

  test('what a value of an open type looks like is read back as that value', () => {
    fc.assert(
      fc.property(fc.jsonValue(), value => {
        fc.pre(value !== null && value !== '' && !Object.is(value, -0));
        const text = paramText(of('any', {value}));
        expect(readParam(of('any'), text)).toEqual({value: JSON.parse(JSON.stringify(value))});
      }),
    );
  });

  test.each(['^(a+)+$', '(a|a)*b'])('a pattern that takes years, %s, is left to Airflow', pattern => {
    const text = `${'a'.repeat(200)}!`;
    const startedAt = performance.now();
    expect(readParam(of('string', {pattern}), text)).toEqual({value: text});
    expect(performance.now() - startedAt).toBeLessThan(2000);
  });

  test('never throws', () => {
    const types = ['string', 'integer', 'number', 'boolean', 'array', 'object', 'any'] as const;
    fc.assert(
      fc.property(fc.constantFrom(...types), fc.string(), fc.string(), (type, text, pattern) => {
        readParam(of(type, {pattern}), text);
      }),
    );
  });
});

describe('paramsOf', () => {
  test('a param without a default is required', () => {
    const wire = {ticket: {value: null, schema: {type: 'string', pattern: '^x'}, description: 'A ticket'}};
    expect(paramsOf(wire)).toEqual([
      {name: 'ticket', description: 'A ticket', type: 'string', nullable: false, required: true, pattern: '^x'},
    ]);
  });

  test('null among the types or the choices is a value', () => {
    expect(paramsOf({a: {value: null, schema: {type: ['integer', 'null']}}})).toMatchObject([
      {type: 'integer', nullable: true, value: null, required: false},
    ]);
    expect(paramsOf({a: {value: null, schema: {type: 'string', enum: ['x', null]}}})).toMatchObject([
      {value: null, required: false, choices: ['x', null]},
    ]);
    expect(paramsOf({a: {value: 1, schema: {type: ['integer', 'string']}}})).toMatchObject([
      {type: 'any', nullable: false},
    ]);
  });

  test('plain values of old versions, and nothing at all', () => {
    expect(paramsOf({n: 5, o: {value: 1}})).toEqual([
      {name: 'n', type: 'any', nullable: true, value: 5, required: false},
      {name: 'o', type: 'any', nullable: true, value: {value: 1}, required: false},
    ]);
    expect(paramsOf(null)).toEqual([]);
  });

  test.each<[string, (value: unknown) => unknown]>([
    ['a plain value', value => value],
    ['a value with a schema', value => ({value, schema: {type: 'array', enum: [[]]}})],
  ])('%s that is nested too deep is not shown, and left to the DAG', (_, wire) => {
    const [param] = paramsOf({deep: wire(nested(100_000))});
    expect(param).toMatchObject({name: 'deep', type: 'any', required: false});
    expect(param && paramText(param)).toBe('');
    expect(param && readParam(param, '')).toEqual({value: undefined});
    expect(param && readParam(param, '5')).toEqual({value: 5});
  });

  test('choices that are nested too deep are none; what is less deep stays', () => {
    const schema = {type: 'array', enum: [nested(100_000)]};
    expect(paramsOf({p: {value: [], schema}})[0]).not.toHaveProperty('choices');
    expect(paramsOf({p: {value: nested(99), schema: {type: 'array'}}})).toMatchObject([
      {type: 'array', value: nested(99)},
    ]);
  });
});
