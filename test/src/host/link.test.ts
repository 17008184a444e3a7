import {describe, expect, onTestFinished, test, vi} from 'vitest';
import type {HostState} from '../../../src/host/host.ts';
import {Link, type Pace} from '../../../src/host/link.ts';
import {Problem} from '../../../src/problems/problem.ts';

const quick: Pace = {firstMs: 5, mostMs: 20, askedMs: 60_000, againMs: 40, refusedMs: 60_000};

/** A link whose connections the test makes and breaks by hand. */
function newLink(pace: Partial<Pace> = {}) {
  const attempts: {succeed: () => () => void; fail: (problem: Error) => void}[] = [];
  let closed = 0;
  const link = new Link(
    () =>
      new Promise<{lost: Promise<Problem>; close: () => void}>((resolve, reject) => {
        attempts.push({
          succeed: () => {
            const lost = Promise.withResolvers<Problem>();
            resolve({
              lost: lost.promise,
              close: () => {
                closed++;
              },
            });
            return () => lost.resolve(new Problem('host.lost'));
          },
          fail: reject,
        });
      }),
    {...quick, ...pace},
  );
  const seen: HostState[] = [];
  link.onState(state => seen.push(state));
  onTestFinished(() => link.close());
  const attempt = (number: number) =>
    vi.waitFor(() => attempts[number - 1] ?? Promise.reject(new Error(`no attempt ${number}`)), {
      timeout: 5000,
      interval: 1,
    });
  return {link, attempts, attempt, seen, closed: () => closed};
}

describe('a link', () => {
  test('connects once for all who ask', async () => {
    const {link, attempts, attempt} = newLink();
    const asked = [link.connection(), link.connection()];
    (await attempt(1)).succeed();
    const [first, second] = await Promise.all(asked);
    expect(first).toBe(second);
    expect(attempts).toHaveLength(1);
  });

  test('tries again with growing pauses, and tells when', async () => {
    const {link, attempt, seen} = newLink({askedMs: 60_000});
    link.connection().catch(() => {});
    for (const number of [1, 2, 3, 4]) (await attempt(number)).fail(new Problem('host.unreachable'));
    (await attempt(5)).succeed();
    await vi.waitFor(() => expect(link.state().at).toBe('up'), {interval: 1});
    const downs = seen.filter(state => state.at === 'down');
    expect(downs).toHaveLength(4);
    expect(downs.every(state => state.retryAtMs !== undefined && state.retryAtMs > 0)).toBe(true);
  });

  test('answers with the fresh problem at once, and with a new attempt later', async () => {
    const {link, attempt, attempts} = newLink({firstMs: 60_000, mostMs: 60_000});
    const first = link.connection().catch(error => error);
    const problem = new Problem('host.unreachable');
    (await attempt(1)).fail(problem);
    expect(await first).toBe(problem);
    await expect(link.connection()).rejects.toBe(problem);
    await vi.waitFor(
      () => {
        link.connection().catch(() => {});
        expect(attempts).toHaveLength(2);
      },
      {interval: 5},
    );
  });

  test('does not try again by itself what only a person can heal', async () => {
    const {link, attempt, attempts} = newLink();
    const first = link.connection().catch(error => error);
    (await attempt(1)).fail(new Problem('host.login'));
    await first;
    expect(link.state()).toMatchObject({at: 'down', retryAtMs: undefined});
    await expect(link.connection()).rejects.toMatchObject({code: 'host.login'});
    expect(attempts).toHaveLength(1);
  });

  test('does not ask again what a person did not answer, until somebody wants it at once', async () => {
    const {link, attempt, attempts} = newLink({againMs: -1, refusedMs: -1});
    const first = link.connection().catch(error => error);
    (await attempt(1)).fail(new Problem('host.declined'));
    await first;
    await expect(link.connection()).rejects.toMatchObject({code: 'host.declined'});
    expect(attempts).toHaveLength(1);
    link.tryNow();
    link.tryNow();
    (await attempt(2)).succeed();
    await vi.waitFor(() => expect(link.state().at).toBe('up'), {interval: 1});
    link.tryNow();
    expect(attempts).toHaveLength(2);
  });

  test('sleeps when nobody asked for long, and wakes when somebody does', async () => {
    const {link, attempt, attempts} = newLink({askedMs: -1});
    const connecting = link.connection();
    const lose = (await attempt(1)).succeed();
    await connecting;
    lose();
    await vi.waitFor(() => expect(link.state()).toMatchObject({at: 'down', retryAtMs: undefined}), {interval: 1});
    expect(attempts).toHaveLength(1);
    const again = link.connection();
    (await attempt(2)).succeed();
    await again;
  });

  test('that was closed lets go of a connection that comes late', async () => {
    const {link, attempt, closed, attempts} = newLink();
    const connecting = link.connection();
    const late = await attempt(1);
    link.close();
    late.succeed();
    await expect(connecting).rejects.toMatchObject({code: 'host.lost'});
    expect(closed()).toBe(1);
    expect(link.state()).toEqual({at: 'idle'});
    await expect(link.connection()).rejects.toMatchObject({code: 'host.lost'});
    expect(attempts).toHaveLength(1);
  });
});
