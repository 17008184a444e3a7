/** Several sequences that are each in order, as one that is. Holds one item of each. */
export async function* inOrder<T>(
  sources: readonly AsyncGenerator<T, void>[],
  placeOf: (item: T) => number,
): AsyncGenerator<T, void> {
  const heads: {readonly source: AsyncGenerator<T, void>; readonly item: T}[] = [];
  const pull = async (source: AsyncGenerator<T, void>) => {
    const next = await source.next();
    if (!next.done) heads.push({source, item: next.value});
  };
  try {
    await Promise.all(sources.map(pull));
    while (heads.length > 0) {
      const first = heads.reduce((a, b) => (placeOf(b.item) < placeOf(a.item) ? b : a));
      heads.splice(heads.indexOf(first), 1);
      yield first.item;
      await pull(first.source);
    }
  } finally {
    await Promise.all(sources.map(source => source.return()));
  }
}
