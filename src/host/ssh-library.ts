/** ssh2, loaded when a host is first connected: most commands of windsock need none. */
export const loadSsh2 = async () => (await import('ssh2')).default;
