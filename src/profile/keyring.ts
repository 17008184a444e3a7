import {Problem} from '../problems/problem.ts';
import {oneLine} from '../text.ts';
import type {Secret} from './profile.ts';

/** Where the keyring has a secret, in its own words. `secret-tool` has them as the attributes service and username. */
export type KeyringPlace = {readonly service: string; readonly account: string};

/** Of SERVICE/ACCOUNT; undefined where it is nothing of the kind. The account may have further slashes. */
export function keyringPlace(text: string): KeyringPlace | undefined {
  const [, service, account] = /^([^/]+)\/(.+)$/.exec(text) ?? [];
  return service === undefined || account === undefined ? undefined : {service, account};
}

/** A keyring that is locked may ask for its password in a window of its own. */
const unlockMs = 60_000;

/** Without it the library would fall back to the keyring of the kernel, which a reboot empties. */
const pinned = {linux: {store: 'secret-service'}} as const;

/** The secret that the keyring has there at the time it is asked for. */
export const secretFromKeyring =
  (key: string, place: KeyringPlace): Secret =>
  async () => {
    const bytes = await inKeyring(key, place, entry => entry.getSecret());
    if (bytes === null) throw new Problem('profile.keyring', `${key}: it has nothing for ${nameOf(place)}`);
    return Buffer.from(bytes).toString();
  };

/** Puts a secret into the keyring, in place of what is there. Throws `profile.keyring`. */
export const storeInKeyring = (place: KeyringPlace, secret: string): Promise<void> =>
  inKeyring(nameOf(place), place, entry => entry.setPassword(secret));

/** Takes a secret out of the keyring; nothing happens where there is none. Throws `profile.keyring`. */
export const dropFromKeyring = async (place: KeyringPlace): Promise<void> => {
  await inKeyring(nameOf(place), place, entry => entry.deleteCredential());
};

/** Why no secret can be kept in a keyring here; undefined where one answers. Whether it is locked shows when it is used. */
export async function keyringMissing(): Promise<Problem | undefined> {
  try {
    const {AsyncEntry} = await library();
    new AsyncEntry('windsock', 'windsock', pinned);
    return undefined;
  } catch (error) {
    return asProblem('keyring', error);
  }
}

const nameOf = ({service, account}: KeyringPlace): string => `${service}/${account}`;

type Entry = InstanceType<Awaited<ReturnType<typeof library>>['AsyncEntry']>;

async function inKeyring<T>(what: string, {service, account}: KeyringPlace, use: (entry: Entry) => Promise<T>) {
  const {promise: late, reject} = Promise.withResolvers<never>();
  const timer = setTimeout(() => {
    reject(new Problem('profile.keyring', `${what}: it did not answer within ${unlockMs / 1000} s`));
  }, unlockMs);
  try {
    const {AsyncEntry} = await library();
    return await Promise.race([use(new AsyncEntry(service, account, pinned)), late]);
  } catch (error) {
    throw asProblem(what, error);
  } finally {
    clearTimeout(timer);
  }
}

/** Native and optional: it stands beside the program, or it does not. */
const library = () => import('@napi-rs/keyring');

function asProblem(what: string, error: unknown): Problem {
  if (error instanceof Problem) return error;
  if (!(error instanceof Error)) throw error;
  const {code = ''} = error as NodeJS.ErrnoException;
  if (/MODULE_NOT_FOUND/.test(code) || /native binding|Cannot find module/.test(error.message)) {
    return new Problem('profile.no-keyring', what);
  }
  if (code !== 'GenericFailure') throw error;
  return new Problem('profile.keyring', oneLine(`${what}: ${error.message.replace(/^Platform failure: /, '')}`, 300));
}
