import {createHmac, randomBytes, timingSafeEqual} from 'node:crypto';
import {refuse} from './refusal.ts';

/** Seconds by which clocks may differ. */
const LEEWAY_S = 10;
const DAY_S = 86_400;

/** The tokens of one Airflow: JWTs signed with HS512 by a secret of its own. */
export class Tokens {
  readonly #now: () => number;
  readonly #secret = randomBytes(64);

  constructor(now: () => number) {
    this.#now = now;
  }

  /** `fromS`: when it begins to be valid, from now. */
  issue({fromS = 0, lifetimeS = DAY_S} = {}): string {
    const iat = Math.floor(this.#now() / 1000) + fromS;
    const claims = {sub: '1', jti: randomBytes(16).toString('hex'), aud: 'apache-airflow', nbf: iat};
    const signed = `${part({alg: 'HS512', kid: 'not-used', typ: 'JWT'})}.${part({...claims, exp: iat + lifetimeS, iat})}`;
    return `${signed}.${this.#sign(signed).toString('base64url')}`;
  }

  /** Throws a refusal where the token is not good now. */
  check(token: string): void {
    const [header = '', claims = '', signature = ''] = token.split('.');
    const expected = this.#sign(`${header}.${claims}`);
    const actual = Buffer.from(signature, 'base64url');
    if (actual.length !== expected.length || !timingSafeEqual(actual, expected)) {
      throw refuse(403, 'Invalid JWT token');
    }
    const {exp, nbf} = JSON.parse(Buffer.from(claims, 'base64url').toString()) as {exp: number; nbf: number};
    const nowS = this.#now() / 1000;
    if (nbf > nowS + LEEWAY_S) throw refuse(403, 'Invalid JWT token');
    if (exp <= nowS - LEEWAY_S) throw refuse(401, 'Token Expired');
  }

  #sign(text: string): Buffer {
    return createHmac('sha512', this.#secret).update(text).digest();
  }
}

const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
