/** Calls back after so many milliseconds, which do not pass while something else is waited for. */
export function pausableTimer(ms: number, onTime: () => void) {
  let timer: NodeJS.Timeout | undefined = setTimeout(onTime, ms);
  let waits = 0;
  let isOver = false;
  return {
    /** The time that `wait` takes does not count; afterwards the whole time is there again. */
    pauseFor: async <T>(wait: Promise<T>): Promise<T> => {
      clearTimeout(timer);
      waits++;
      try {
        return await wait;
      } finally {
        if (--waits === 0 && !isOver) timer = setTimeout(onTime, ms);
      }
    },
    stop: () => {
      isOver = true;
      clearTimeout(timer);
    },
  };
}
