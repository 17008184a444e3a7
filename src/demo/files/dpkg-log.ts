const HOUR = 3_600_000;

/** The log of dpkg: an upgrade that came by itself last night, and a package that somebody installed a week before. */
export function dpkgLog(now: number): string {
  const line = (ageHours: number, second: number, what: string) =>
    `${new Date(now - ageHours * HOUR + second * 1000).toISOString().slice(0, 19).replace('T', ' ')} ${what}\n`;
  return [
    line(196, 0, 'startup archives unpack'),
    line(196, 1, 'install strace:amd64 <none> 6.1-0.1'),
    line(196, 3, 'status installed strace:amd64 6.1-0.1'),
    line(11, 0, 'startup archives unpack'),
    line(11, 1, 'upgrade libssl3:amd64 3.0.15-1~deb12u1 3.0.17-1~deb12u2'),
    line(11, 3, 'upgrade openssl:amd64 3.0.15-1~deb12u1 3.0.17-1~deb12u2'),
    line(11, 6, 'status installed openssl:amd64 3.0.17-1~deb12u2'),
  ].join('');
}
