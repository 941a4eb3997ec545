/** Plays planned sign-ins, many at once, and says which of them went otherwise than planned. */
import { SignInDriver, type Step } from '../../support/sign-in-driver.ts';
import type { SnsServer } from '../../support/sns-server.ts';
import type { LoadedFunction } from './loaded-function.ts';
import type { Ending, Move, PlannedSignIn } from './plan.ts';

const ENDINGS: Readonly<Record<Step['kind'], Ending | undefined>> = {
  tokens: 'tokens',
  failed: 'failed',
  challenge: 'open',
  password: undefined,
};

/** Of so many newest codes, one is another's. */
const NEWEST = 10;

export interface Stage {
  readonly fn: LoadedFunction;
  readonly inbox: Inbox;
  /** How many sign-ins are played at the same time. */
  readonly atOnce: number;
}

/** @returns one sentence for each that went wrong. */
export async function play(signIns: readonly PlannedSignIn[], stage: Stage): Promise<string[]> {
  const wrong: string[] = [];
  const left = signIns.values();
  const players = Array.from({ length: stage.atOnce }, async () => {
    for (const signIn of left) {
      const how = await playOne(signIn, stage);
      if (how !== undefined) wrong.push(`${describe(signIn)}: ${how}`);
    }
  });
  await Promise.all(players);
  for (const signIn of signIns) {
    const got = stage.inbox.codesOf(signIn.number).length;
    if (got !== signIn.sms) {
      wrong.push(`${describe(signIn)}: ${got} SMS were sent, ${signIn.sms} were asked for.`);
    }
  }
  return wrong;
}

/** @throws Error where the function's process is gone, or time is up. */
async function playOne(
  { user, number, moves, ends }: PlannedSignIn,
  { fn, inbox }: Stage,
): Promise<string | undefined> {
  const driver = new SignInDriver(fn.handler, user);
  try {
    let step = await driver.start();
    for (const [i, move] of moves.entries()) {
      if (step.kind !== 'challenge') return `it ended in ${step.kind} before answer ${i + 1}.`;
      step = await make(move, driver, number, inbox);
    }
    return ENDINGS[step.kind] === ends ? undefined : `it ended in ${step.kind}, not ${ends}.`;
  } catch (error) {
    fn.throwIfGone();
    return String(error);
  }
}

function make(move: Move, driver: SignInDriver, number: string, inbox: Inbox): Promise<Step> {
  if (move === 'resend') return driver.resend();
  const right = inbox.codesOf(number).at(-1) ?? '';
  switch (move) {
    case 'right':
      return driver.answer(right);
    case 'wrong':
      return driver.answer(otherThan(right));
    case "another's":
      return driver.answer(inbox.codeOfAnother(number) ?? otherThan(right));
  }
}

function otherThan(code: string): string {
  return String((Number(code) + 1) % 1_000_000).padStart(6, '0');
}

/** Only its last digits: it is a number like any other. */
function describe({ number, moves, ends }: PlannedSignIn): string {
  return `Sign-in of …${number.slice(-6)} (${['start', ...moves].join(', ')}; ${ends})`;
}

/** What the SMS provider took, by number. */
export class Inbox {
  readonly #sns: SnsServer;
  readonly #codes = new Map<string, string[]>();
  /** Whose codes came last. */
  readonly #newest: string[] = [];
  #read = 0;

  constructor(sns: SnsServer) {
    this.#sns = sns;
  }

  /** How many SMS there are, to whomever. */
  get size(): number {
    return this.#sns.accepted.length;
  }

  /** Oldest first. */
  codesOf(number: string): readonly string[] {
    this.#readOn();
    return this.#codes.get(number) ?? [];
  }

  /** One that was sent to somebody else just now, and is not this number's own by chance. */
  codeOfAnother(number: string): string | undefined {
    const own = this.codesOf(number).at(-1);
    const codes = this.#newest.map((other) => this.#codes.get(other)?.at(-1));
    return codes.findLast((code) => code !== own);
  }

  #readOn(): void {
    for (const sms of this.#sns.accepted.slice(this.#read)) {
      const number = sms.get('PhoneNumber') ?? '';
      const codes = this.#codes.get(number) ?? [];
      codes.push(sms.get('Message')?.slice(-6) ?? '');
      this.#codes.set(number, codes);
      this.#newest.push(number);
      if (this.#newest.length > NEWEST) this.#newest.shift();
    }
    this.#read = this.#sns.accepted.length;
  }
}
