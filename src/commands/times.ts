/** A time as a field of JSON: absent where it is not known. */
export const isoTime = <Name extends string>(name: Name, ms: number | undefined): {readonly [name in Name]?: string} =>
  ms === undefined ? {} : ({[name]: new Date(ms).toISOString()} as {readonly [name in Name]: string});
