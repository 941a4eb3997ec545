/** A clock that runs on by itself, and that a test can put forward. */

/** Milliseconds, or a number with its unit: `'500ms'`, `'90s'`, `'5m'`, `'2h'`, `'1d'`. */
export type Duration = number | `${number}${Unit}`;
type Unit = 'ms' | 's' | 'm' | 'h' | 'd';

export class MovableClock {
  #aheadMs = 0;

  /** Epoch milliseconds. */
  readonly now = (): number => Date.now() + this.#aheadMs;

  /** @throws TypeError where `by` is no duration */
  advance(by: Duration): void {
    this.#aheadMs += toMilliseconds(by);
  }

  /** Back to the machine's clock. */
  reset(): void {
    this.#aheadMs = 0;
  }
}

const MILLISECONDS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

function toMilliseconds(duration: Duration): number {
  const [, amount = '', unit = ''] = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/.exec(String(duration)) ?? [];
  const held =
    typeof duration === 'number' ? duration : Number(amount) * (MILLISECONDS[unit] ?? NaN);
  if (Number.isFinite(held) && held >= 0) return held;
  throw new TypeError(
    `advance takes milliseconds, or a time such as '90s', '5m', '2h' or '1d', not ${JSON.stringify(duration)}. It only goes forward: reset() goes back.`,
  );
}
