import {createServer} from 'node:http';
import type {AddressInfo} from 'node:net';

/** An API before another one, whose answers it changes: what a hostile or a strange server would say. */
export async function rewritingProxy(
  target: string,
  rewrite: (path: string, body: unknown) => unknown,
): Promise<{readonly url: string; close(): Promise<void>}> {
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const {method = 'GET', url = '/', headers} = request;
    const {host: _, connection: __, 'content-length': ___, ...rest} = headers;
    const answer = await fetch(target + url, {
      method,
      headers: rest as Record<string, string>,
      ...(chunks.length === 0 ? {} : {body: Buffer.concat(chunks)}),
    });
    const text = await answer.text();
    const type = answer.headers.get('content-type') ?? '';
    const isJson = type.includes('json');
    response.writeHead(answer.status, {'content-type': type, date: answer.headers.get('date') ?? ''});
    response.end(isJson ? JSON.stringify(rewrite(url, JSON.parse(text))) : text);
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const {port} = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    close: () =>
      new Promise(resolve => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
