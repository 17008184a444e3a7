import type {World} from '../world/world.ts';
import type {Tokens} from './tokens.ts';

/** What all endpoints know. */
export type ApiContext = {
  readonly world: World;
  readonly tokens: Tokens;
  readonly user: string;
  readonly password: string;
  /** The folder of the DAG files, as `fileloc` and tracebacks name it. */
  readonly dagsFolder: string;
};

export type ApiRequest = {
  /** The parts of the path in braces, by name. */
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  /** As FastAPI sees it: parsed JSON, the text where it is not declared as JSON, undefined where there is none. */
  readonly body: unknown;
};

export type ApiAnswer = {readonly status: number; readonly body: unknown};

/** One operation of the API. */
export type Endpoint = {
  readonly method: 'GET' | 'POST' | 'PATCH';
  /** As in Airflow's OpenAPI document. */
  readonly path: string;
  /** False: answered without a token. */
  readonly login: boolean;
  readonly answer: (request: ApiRequest, context: ApiContext) => ApiAnswer;
};

export const ok = (body: unknown): ApiAnswer => ({status: 200, body});
