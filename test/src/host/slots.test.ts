import {expect, test} from 'vitest';
import {Slots} from '../../../src/host/slots.ts';

const {signal} = new AbortController();

test('those who wait come in as places are given back, in their order', async () => {
  const slots = new Slots(1);
  const order: string[] = [];
  const leave = await slots.take(signal);
  const take = async (name: string) => {
    const out = await slots.take(signal);
    order.push(name);
    return out;
  };
  const second = take('second');
  const third = take('third');
  leave();
  leave();
  (await second)();
  await third;
  expect(order).toEqual(['second', 'third']);
});

test('one who stops waiting takes no place', async () => {
  const slots = new Slots(1);
  const leave = await slots.take(signal);
  const stop = new AbortController();
  const waiting = slots.take(stop.signal);
  const next = slots.take(signal);
  stop.abort(new Error('enough'));
  await expect(waiting).rejects.toThrow('enough');
  await expect(slots.take(AbortSignal.abort(new Error('before')))).rejects.toThrow('before');
  leave();
  await next;
});
