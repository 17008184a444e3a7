/** Which rows of a long list are on the screen: `lines` of them from `top` on. */
export type Window = {readonly top: number; readonly lines: number};

/** Moves the window as little as possible, so that it shows the row `cursor` and no blank lines while there are rows. */
export function scrollTo({top, lines}: Window, cursor: number, rows: number): number {
  const shown = Math.max(1, lines);
  const last = Math.max(0, rows - shown);
  const least = Math.min(last, Math.max(0, cursor - shown + 1));
  const most = Math.max(0, Math.min(last, cursor));
  return Math.min(most, Math.max(least, Math.min(top, last)));
}

/** After the rows changed: the cursor's row stays on its line of the screen, unless the window shows it already. */
export function follow(window: Window, before: number, now: number, rows: number): number {
  const {top, lines} = window;
  const seen = now >= top && now < top + lines;
  return scrollTo({top: seen || before < 0 ? top : now - (before - top), lines}, now, rows);
}
