/** What people do at their sign-ins, and how those must end: the same for the same seed. */
import { SeededRandomSource } from '../../fakes/seeded-random-source.ts';
import { type DrivenUser, UNKNOWN_USER, userWithNumber } from '../../support/sign-in-driver.ts';

/** What is answered to a round. */
export type Move = 'right' | 'wrong' | "another's" | 'resend';

/** How a sign-in ends; `open` is one that its user walked away from. */
export type Ending = 'tokens' | 'failed' | 'open';

interface Story {
  /** How many of a hundred sign-ins go like this. */
  readonly percent: number;
  readonly moves: readonly Move[];
  readonly ends: Ending;
  readonly isStranger?: true;
}

export interface PlannedSignIn {
  readonly user: DrivenUser;
  /** In E.164; no other sign-in's. */
  readonly number: string;
  readonly moves: readonly Move[];
  readonly ends: Ending;
  /** How many the user must have got in the end. */
  readonly sms: number;
}

/** By the default settings: three wrong answers end a sign-in, three SMS are the most. */
const STORIES: readonly Story[] = [
  { percent: 52, moves: ['right'], ends: 'tokens' },
  { percent: 14, moves: ['wrong', 'right'], ends: 'tokens' },
  { percent: 4, moves: ['wrong', 'wrong', 'right'], ends: 'tokens' },
  { percent: 5, moves: ["another's", 'right'], ends: 'tokens' },
  { percent: 8, moves: ['resend', 'right'], ends: 'tokens' },
  { percent: 3, moves: ['wrong', 'resend', 'resend', 'right'], ends: 'tokens' },
  { percent: 6, moves: [], ends: 'open' },
  { percent: 2, moves: ['resend', 'wrong'], ends: 'open' },
  { percent: 4, moves: ['wrong', "another's", 'wrong'], ends: 'failed' },
  { percent: 2, moves: [], ends: 'failed', isStranger: true },
];

/** Gives each sign-in a user and a number of its own, whatever there were before. */
export class Planner {
  readonly #random: SeededRandomSource;
  #numbers = 0;

  constructor(seed: number) {
    this.#random = new SeededRandomSource(seed);
  }

  next(count: number): PlannedSignIn[] {
    return Array.from({ length: count }, () => this.#signIn(this.#story()));
  }

  /** Sign-ins that nobody goes on with. */
  abandoned(count: number): PlannedSignIn[] {
    return Array.from({ length: count }, () => this.#signIn({ moves: [], ends: 'open' }));
  }

  #story(): Story {
    let left = this.#random.next() * 100;
    const found = STORIES.find(({ percent }) => {
      left -= percent;
      return left < 0;
    });
    if (found === undefined) throw new Error('The stories are less than a hundred per cent.');
    return found;
  }

  #signIn({ moves, ends, isStranger }: Omit<Story, 'percent'>): PlannedSignIn {
    this.#numbers += 1;
    const number = `+6591${String(this.#numbers).padStart(6, '0')}`;
    const user = userWithNumber(number);
    const { userAttributes, userNotFound } = UNKNOWN_USER;
    return {
      user: isStranger ? { ...user, userAttributes, userNotFound: userNotFound === true } : user,
      number,
      moves,
      ends,
      sms: isStranger ? 0 : 1 + moves.filter((move) => move === 'resend').length,
    };
  }
}
