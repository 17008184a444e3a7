import {describe, expect, test} from 'vitest';
import {connectAirflow} from '../../../src/airflow/connect.ts';
import {address, airflow, type Reply, recorded, replyOf, serve} from './server.ts';

const versionCalls = (asked: readonly {path: string}[]) => asked.filter(({path}) => path.endsWith('/version')).length;

describe('which API is it', () => {
  test('is asked once for all who wait, and kept', async () => {
    const server = await serve(airflow('3.3.2', () => ({json: {}})));
    const connect = connectAirflow(address(server.url));
    const [one, two] = await Promise.all([connect(), connect()]);
    expect(two).toBe(one);
    expect(await connect()).toBe(one);
    expect(versionCalls(server.asked)).toBe(1);
  });

  test('one who gives up does not end it for the others', async () => {
    const server = await serve(airflow('2.11.0', () => ({json: {}})));
    const connect = connectAirflow(address(server.url));
    const abort = new AbortController();
    const given = connect(abort.signal);
    const kept = connect();
    abort.abort();
    await expect(given).rejects.toMatchObject({name: 'AbortError'});
    expect((await kept).version).toBe('2.11.0');
    expect(versionCalls(server.asked)).toBe(2);
  });

  test('is asked again after the server was away: another version may be back', async () => {
    const old = await serve(airflow('2.11.0', () => 'reset'));
    const connect = connectAirflow(address(old.url));
    const api = await connect();
    expect(api.version).toBe('2.11.0');
    await old.close();
    await expect(api.importErrors()).rejects.toMatchObject({code: 'airflow.unreachable'});
    await expect(connect()).rejects.toMatchObject({code: 'airflow.unreachable'});
    await serve(
      airflow('3.3.2', () => ({json: {}})),
      Number(new URL(old.url).port),
    );
    expect((await connect()).version).toBe('3.3.2');
  });

  test('is asked again when 2.x has become 3.x between two requests', async () => {
    let version = '2.11.0';
    const server = await serve(asked => airflow(version, () => replyOf(recorded('3.3.2', 'tombstone-api-v1')))(asked));
    const connect = connectAirflow(address(server.url));
    const api = await connect();
    version = '3.3.2';
    await expect(api.importErrors()).rejects.toMatchObject({code: 'airflow.not-found'});
    expect((await connect()).version).toBe('3.3.2');
  });

  test('2.x is found though its database is gone, and it fails at every address that it does not know', async () => {
    const answers = airflow('2.11.0', () => ({json: {}}));
    const server = await serve(asked =>
      asked.path === '/api/v2/version' ? {status: 500, text: '<!DOCTYPE html>Ooops!'} : answers(asked),
    );
    expect((await connectAirflow(address(server.url))()).version).toBe('2.11.0');
  });

  test.each<[string, (path: string) => Reply, string, RegExp]>([
    ['a web site', () => ({text: '<!doctype html>Welcome'}), 'airflow.not-airflow', /a page \(HTTP 200/],
    [
      'a login page of a proxy',
      () => ({status: 302, headers: {location: 'https://sso.example.com/'}}),
      'airflow.not-airflow',
      /redirects to https:\/\/sso.example.com\/$/,
    ],
    ['another API', () => ({status: 404, json: {error: 'nope'}}), 'airflow.not-airflow', /neither/],
    ['JSON of something else', () => ({json: {name: 'grafana'}}), 'airflow.unreadable', /version should be/],
    ['a failing Airflow', () => ({status: 500, text: ''}), 'airflow.failed', /HTTP 500/],
    [
      'Airflow 3 without its public API',
      path =>
        path.includes('/v1/')
          ? replyOf(recorded('3.3.2', 'tombstone-api-v1'))
          : {status: 404, json: {detail: 'Not Found'}},
      'airflow.not-airflow',
      /serves no \/api\/v2/,
    ],
    ['a version of the future', () => ({json: {version: '4.0.0'}}), 'airflow.needs-version', /4\.0\.0/],
  ])('%s', async (_, reply, code, detail) => {
    const server = await serve(({path}) => reply(path));
    const connect = connectAirflow(address(server.url));
    await expect(connect()).rejects.toMatchObject({code, detail: expect.stringMatching(detail)});
    const before = server.asked.length;
    await expect(connect()).rejects.toMatchObject({code});
    expect(server.asked.length).toBeGreaterThan(before);
  });
});
