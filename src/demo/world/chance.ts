/** A number from 0 to 1 that is the same for the same text: the world varies, but never from start to start. */
export function chance(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  return ((hash ^ (hash >>> 13)) >>> 0) / 2 ** 32;
}

/** An identifier as Airflow 3 makes them (UUID version 7). */
export function uuid(ms: number, name: string): string {
  const hex = (part: string, digits: number) =>
    Math.floor(chance(`${name}/${part}`) * 16 ** digits)
      .toString(16)
      .padStart(digits, '0');
  const time = Math.floor(ms).toString(16).padStart(12, '0');
  return `${time.slice(0, 8)}-${time.slice(8)}-7${hex('a', 3)}-8${hex('b', 3)}-${hex('c', 6)}${hex('d', 6)}`;
}
