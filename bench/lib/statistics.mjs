/** Few numbers from many. */

/** The middle value; the mean of the two middle ones for an even count. `NaN` for none. */
export function median(values) {
  const sorted = values.toSorted((left, right) => left - right);
  const middle = sorted.length >> 1;
  if (sorted.length % 2 === 1) return sorted[middle];
  return (sorted[middle - 1] + sorted[middle]) / 2;
}

/** Median and the two ends of the values. */
export function spread(values) {
  return { median: median(values), min: Math.min(...values), max: Math.max(...values) };
}

/**
 * Ratios of the values of the same round.
 * @param {number[]} values One per round.
 * @param {number[]} bases One per round, of the server to compare with.
 */
export function pairedRatio(values, bases) {
  return spread(values.map((value, round) => value / bases[round]));
}
