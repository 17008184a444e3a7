import {buildWindsock} from '../../build.ts';

/** The terminal tests run the program as it is delivered. */
export default async function setup(): Promise<void> {
  await buildWindsock();
}
