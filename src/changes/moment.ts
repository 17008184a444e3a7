/** A point of time by the clock and zone of the person: "14:04:31", before today with its date: "23 Nov 14:04". */
export function moment(ms: number, nowMs: number): string {
  const date = new Date(ms);
  const time = `${two(date.getHours())}:${two(date.getMinutes())}`;
  if (date.toDateString() === new Date(nowMs).toDateString()) return `${time}:${two(date.getSeconds())}`;
  return `${date.getDate()} ${months[date.getMonth()]} ${time}`;
}

const two = (part: number): string => String(part).padStart(2, '0');

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
