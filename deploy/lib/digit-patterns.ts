/** Asks of a pattern of digits, as libphonenumber writes them, which numbers can begin in a certain way. */

/** Where reading a pattern can stand: what may come next, and where it can end. */
interface State {
  readonly next: { readonly digits: ReadonlySet<string>; readonly to: State }[];
  readonly skips: State[];
  /** How many digits can follow from here to the end: bit n stands for n. */
  lengths?: number;
}

const DIGITS = [...'0123456789'];

/** The patterns of numbers: of any of them. */
export class DigitPatterns {
  readonly #starts: readonly State[];
  readonly #end: State = { next: [], skips: [], lengths: 1 };

  constructor(patterns: readonly string[]) {
    this.#starts = patterns.map((pattern) => new Reader(pattern).read(this.#end));
  }

  /** Where reading stands before the first digit. */
  get start(): Beginning {
    return new Beginning(this.#starts);
  }
}

/** What a number can begin with, and how it can go on. */
export class Beginning {
  readonly #states: ReadonlySet<State>;

  constructor(states: Iterable<State>) {
    this.#states = closure(states);
  }

  /** How many digits can follow: bit n stands for n. */
  get lengths(): number {
    return [...this.#states].reduce((all, state) => all | lengthsFrom(state), 0);
  }

  /** After one more digit. */
  after(digit: string): Beginning {
    const reached = [...this.#states].flatMap(({ next }) =>
      next.filter(({ digits }) => digits.has(digit)).map(({ to }) => to),
    );
    return new Beginning(reached);
  }
}

function closure(states: Iterable<State>): Set<State> {
  const all = new Set(states);
  for (const { skips } of all) {
    for (const state of skips) {
      all.add(state);
    }
  }
  return all;
}

/** Patterns have no loops, so this ends. */
function lengthsFrom(state: State): number {
  state.lengths ??=
    state.skips.reduce((all, to) => all | lengthsFrom(to), 0) |
    state.next.reduce((all, { to }) => all | (lengthsFrom(to) << 1), 0);
  return state.lengths;
}

/** Reads one pattern: digits, `\d`, `[…]`, `(?:…|…)`, and how often each comes. */
class Reader {
  readonly #pattern: string;
  #at = 0;

  constructor(pattern: string) {
    this.#pattern = pattern;
  }

  read(end: State): State {
    const start = this.#alternatives()(end);
    if (this.#at < this.#pattern.length) {
      throw new Error(`${this.#pattern} can't be read from ${this.#at} on.`);
    }
    return start;
  }

  #alternatives(): Piece {
    const all = [this.#sequence()];
    while (this.#takes('|')) {
      all.push(this.#sequence());
    }
    return (end) => ({ next: [], skips: all.map((piece) => piece(end)) });
  }

  #sequence(): Piece {
    const pieces: Piece[] = [];
    while (this.#at < this.#pattern.length && !'|)'.includes(this.#pattern.charAt(this.#at))) {
      pieces.push(this.#repeated(this.#piece()));
    }
    return (end) => pieces.reduceRight((to, piece) => piece(to), end);
  }

  #piece(): Piece {
    if (this.#takes('(?:')) {
      const inner = this.#alternatives();
      this.#expect(')');
      return inner;
    }
    const [text = ''] = this.#pattern.slice(this.#at).match(/^(?:\\d|\[[\d-]+\]|\d)/) ?? [];
    if (text === '') {
      throw new Error(`${this.#pattern} can't be read at ${this.#at}.`);
    }
    this.#at += text.length;
    const digits = new Set(DIGITS.filter((digit) => new RegExp(`^${text}$`).test(digit)));
    return (to) => ({ next: [{ digits, to }], skips: [] });
  }

  #repeated(piece: Piece): Piece {
    const [text = '', question, least, comma, most] =
      this.#pattern.slice(this.#at).match(/^(?:(\?)|\{(\d+)(,)?(\d+)?\})/) ?? [];
    this.#at += text.length;
    if (text === '') {
      return piece;
    }
    const from = question ? 0 : Number(least);
    const to = question ? 1 : Number(comma ? most : least);
    return (end) => {
      let state = end;
      for (let count = to; count > 0; count--) {
        const taken = piece(state);
        state = count > from ? { next: [], skips: [taken, end] } : taken;
      }
      return state;
    };
  }

  #takes(text: string): boolean {
    const isThere = this.#pattern.startsWith(text, this.#at);
    this.#at += isThere ? text.length : 0;
    return isThere;
  }

  #expect(text: string): void {
    if (!this.#takes(text)) {
      throw new Error(`${this.#pattern} has no ${text} at ${this.#at}.`);
    }
  }
}

/** What leads to a state. */
type Piece = (to: State) => State;
