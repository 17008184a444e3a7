import {homedir, userInfo} from 'node:os';

/** The name of the user that windsock runs as; the number where there is no account, as containers have it. */
export const accountName = (): string => account()?.username ?? String(process.getuid?.() ?? '');

/** The home by the account, as ssh takes it; $HOME where there is no account. */
export const accountHome = (): string => account()?.homedir ?? homedir();

function account() {
  try {
    return userInfo();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_SYSTEM_ERROR') throw error;
    return undefined;
  }
}
