/** What is kept of the numbering plan behind a calling code. `npm run numbering-plan` writes them all to `plan.json`. */
export interface CallingCodePlan {
  /** ISO 3166-1 alpha-2: the main one of those that share the code; none where it is no country's. */
  readonly country?: string;
  /** How many digits may follow the calling code. */
  readonly lengths?: readonly number[];
  /** Digits of which none is a number's first; `0` by default. */
  readonly never?: string;
  /** What is dialled before a number inside the country: a regular expression; `0` by default. */
  readonly trunk?: string;
  /** What stands in for the trunk prefix, with `$1` for what it held; nothing by default. */
  readonly rewrite?: string;
  /** What premium and service numbers begin with; with an `x` for each further digit, where only their length tells them apart. */
  readonly special?: readonly string[];
  /** By country, what the numbers of the others that share the code begin with. */
  readonly areas?: Readonly<Record<string, readonly string[]>>;
}
