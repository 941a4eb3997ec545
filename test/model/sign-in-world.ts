/** Sign-ins on several containers with one table, and what must hold of them, whatever befalls them. */
import { AsyncLocalStorage } from 'node:async_hooks';
import { setImmediate } from 'node:timers/promises';
import { localClientConfig } from '../../deploy/local/client-config.ts';
import { DynamoDbStore } from '../../src/adapters/dynamodb-store.ts';
import { createContainer } from '../../src/container/container.ts';
import { readConfig } from '../../src/container/open-adapters.ts';
import { TOKENS } from '../../src/container/tokens.ts';
import type { Dispatcher } from '../../src/dispatcher.ts';
import { standingOf } from '../../src/domain/abuse/account-lockout.ts';
import { type Meter, takeFrom } from '../../src/domain/abuse/rate-limit.ts';
import { Deadline } from '../../src/domain/deadline.ts';
import { AGAIN_WITHIN_MS } from '../../src/domain/delivery.ts';
import type { CodeBinding, OtpHasher } from '../../src/domain/ports/otp-hasher.ts';
import { type Sms, SmsDeliveryError, type SmsGateway } from '../../src/domain/ports/sms-gateway.ts';
import type { TriggerEvent } from '../../src/trigger-events.ts';
import { InMemoryUserDirectory } from '../fakes/in-memory-user-directory.ts';
import { interruptible } from '../fakes/interruptible.ts';
import { ManualClock } from '../fakes/manual-clock.ts';
import { DURABLE, ENV } from '../support/function.ts';
import type { FragileLink, Mishap } from './fragile-link.ts';

/** What a provider does with a message. */
export const PROVIDERS = [
  'accepts',
  'refuses',
  'sends, and does not say so',
  'loses it, and does not say so',
] as const;
export type Provider = (typeof PROVIDERS)[number];

/** Milliseconds by which the containers' clocks differ from each other, at most. */
const SKEW_MS = 500;

const SETTINGS = {
  ...ENV,
  ...DURABLE,
  SENDS_PER_NUMBER: '8/10m,16/1d',
  LOCK_AFTER: '4',
  LOCK_SECONDS: '60',
};
const { policy, abuse } = readConfig(SETTINGS);

/** Milliseconds that Cognito waits for an answer before it calls again. */
const PATIENCE_MS = 5000;

/** Milliseconds in which calls for an answer are surely one. */
const ANSWERED_MS = AGAIN_WITHIN_MS - 2 * SKEW_MS;

/** Milliseconds in which calls for a round are surely one: a container may look a while after it was called. */
const CLAIMED_MS = abuse.claimMs - 6000;

interface Box {
  readonly link: FragileLink;
  readonly clock: ManualClock;
  dispatcher: Dispatcher;
}

/** A code, from the moment that it was made. */
interface MadeCode {
  readonly code: string;
  readonly challengeId: string;
  readonly number: string | undefined;
  readonly madeAt: number;
  /** Since when it has been out. */
  sentAt?: number;
  /** In the order in which SMS left. */
  order?: number;
  /** In which round. */
  used?: string;
  /** The call that used it was heard of. */
  isVerified?: boolean;
}

interface User {
  readonly userName: string;
  number: string;
}

/** One sign-in, as Cognito keeps it. */
export interface SignIn {
  readonly user: User;
  session: readonly Record<string, unknown>[];
  private: Record<string, string>;
  metadata: string;
  isOver: boolean;
  /** What the client was told last. */
  status?: string | undefined;
  /** The last Create event, to deliver it again. */
  create?: TriggerEvent;
}

let runs = 0;

export class SignInWorld {
  readonly signIns: SignIn[] = [];
  readonly #boxes: Box[];
  readonly #users: readonly User[];
  readonly #hides: boolean;
  readonly #codes: MadeCode[] = [];
  readonly #round = new AsyncLocalStorage<Call>();
  /** When each round last sent, by its name and challenge. */
  readonly #sendsOfRound = new Map<string, number>();
  readonly #wrongOfChallenge = new Map<string, number>();
  /** At least so many wrong answers in a row: none where somebody came with the code since. */
  readonly #wrongOfNumber = new Map<string, { count: number; lastAt: number }>();
  /** Answers that held a code of the number, which clear its wrong ones at some time between beginning and end. */
  readonly #clearings = new Map<string, { begun: number; underWay: number }>();
  /** At most so many: since an answer that was told to be right was given. */
  readonly #wrongSinceRight = new Map<string, number>();
  readonly #metersOfNumber = new Map<string, Meter>();
  /** The newest challenge of each call that opens a sign-in. */
  readonly #openings = new Map<string, { readonly challengeId: string; readonly at: number }>();
  /** How often each answer was given to each round: Cognito takes one of several at once. */
  readonly #branches = new Map<string, number>();
  /** Challenges that were answered. */
  readonly #answered = new Set<string>();
  /** Challenges of which a call failed, or a provider did not say what it did. */
  readonly #shaken = new Set<string>();
  #now = Date.UTC(2026, 0, 15, 12);
  /** No mishap was planned: everything that was counted was told. */
  #isCalm = true;
  #isAlone = true;
  #sms = 0;
  #tokens = 0;
  provider: Provider = 'accepts';

  /** @param hides whether clients learn nothing of how sends went. */
  constructor(links: readonly FragileLink[], stores: readonly DynamoDbStore[], hides: boolean) {
    runs += 1;
    this.#hides = hides;
    this.#users = [0, 1].map((i) => ({
      userName: `user-${runs}-${i}`,
      number: numberOf(runs, i),
    }));
    this.#boxes = links.map((link, i) => {
      link.revive();
      const clock = new ManualClock(this.#now + (i - 1) * SKEW_MS);
      const box = { link, clock } as Box;
      box.dispatcher = this.#start(stores[i] as DynamoDbStore, box);
      return box;
    });
  }

  /** A store on each link; opening them costs more than a run. */
  static storesOn(tableName: string, links: readonly FragileLink[]): DynamoDbStore[] {
    return links.map(({ url }) => new DynamoDbStore(tableName, localClientConfig(url), 5000));
  }

  /** Sign-ins that ended in tokens. */
  get tokens(): number {
    return this.#tokens;
  }

  /** SMS that left. */
  get sms(): number {
    return this.#sms;
  }

  // What may happen.

  async start(user: number, box: number): Promise<void> {
    const signIn: SignIn = {
      user: this.#users[user % this.#users.length] as User,
      session: [],
      private: {},
      metadata: '',
      isOver: false,
    };
    this.signIns.push(signIn);
    await this.#define(signIn, [], box, {});
  }

  /** @param age 0 for the newest code of the sign-in's challenge, 1 for the one before, and so on. */
  async answerWithCode(
    signIn: SignIn,
    box: number,
    age: number,
    deliver: Delivery = 'once',
  ): Promise<void> {
    const made = this.#newestFirst(idOf(signIn))[age];
    const mustBeRight = age === 0 && made !== undefined && this.#mustBeRight(signIn, made);
    const told = await this.answer(signIn, box, made?.code ?? wrongCode(this.#codes), deliver);
    if (mustBeRight && told === false) {
      throw violation('the newest code, which was told to be out, was refused');
    }
  }

  async answerWrongly(signIn: SignIn, box: number, deliver?: Delivery): Promise<void> {
    await this.answer(signIn, box, wrongCode(this.#codes), deliver);
  }

  /** @returns what was told of the answer; undefined where nobody answered. */
  // Two answers at once are two branches: the client goes on with the one that it hears of last.
  async answer(
    signIn: SignIn,
    box: number,
    challengeAnswer: string,
    deliver: Delivery = 'once',
  ): Promise<boolean | undefined> {
    const { metadata, session } = signIn;
    const id = idOf(signIn);
    // Another answer at the same time may open the next round before this one is told.
    const { round = '' } = signIn.private;
    this.#answered.add(id);
    // Whoever has the code clears the account, also where a resend or another answer comes first after all.
    const clears = this.#codes.some(
      (made) => made.challengeId === id && made.code === challengeAnswer,
    );
    const clearings = this.#clearingsOf(signIn.user.number);
    const { begun, underWay } = clearings;
    const wrongBefore = this.#wrongSinceRight.get(signIn.user.number) ?? 0;
    if (clears) {
      this.#wrongOfNumber.delete(signIn.user.number);
      clearings.begun += 1;
      clearings.underWay += 1;
    }
    const event = this.#event(signIn, 'VerifyAuthChallengeResponse_Authentication', {
      privateChallengeParameters: signIn.private,
      challengeAnswer,
    });
    const branch = `${round} ${challengeAnswer}`;
    this.#branches.set(branch, (this.#branches.get(branch) ?? 0) + 1);
    const result = await this.#deliver(box, id, event);
    if (result !== undefined && isRight(result)) {
      this.#checkRight(signIn, { id, round, answer: challengeAnswer, wrongBefore }, result);
    } else if (result?.outcome.reason === 'wrong-code') {
      this.#checkWrong(signIn, id, underWay === 0 && clearings.begun === begun);
    }
    const again =
      result !== undefined && deliver === 'again'
        ? await this.#answerAgain(box, id, event, result, branch)
        : undefined;
    const told = again ?? result;
    // A call that nobody heard of may clear it later still.
    if (clears && result !== undefined && (deliver === 'once' || again !== undefined)) {
      clearings.underWay -= 1;
    }
    if (told === undefined) {
      signIn.isOver = true;
      return undefined;
    }
    await this.#define(signIn, [...session, roundOf(metadata, isRight(told))], box, {});
    return isRight(told);
  }

  /** Cognito did not hear the answer, and calls once more. It must be told the same, and cost nothing. */
  async #answerAgain(
    box: number,
    id: string,
    event: TriggerEvent,
    first: Delivered,
    branch: string,
  ) {
    this.pass(PATIENCE_MS);
    const again = await this.#deliver(box + 1, id, event);
    const wasTaken = first.outcome.reason === 'wrong-code' || isRight(first);
    const isSurelyOne = this.#now - first.call.begunAt <= ANSWERED_MS;
    if (again !== undefined && wasTaken && isSurelyOne) {
      const { kind, reason } = again.outcome;
      if (kind !== 'answer-repeated' && reason !== 'store-unavailable') {
        throw violation(`an answer that was delivered again came to ${kind} ${reason}`);
      }
      // Another branch may have used the code before a resend replaced it, and this one have come after.
      const isAlone = this.#branches.get(branch) === 1;
      if (kind === 'answer-repeated' && isAlone && isRight(again) !== isRight(first)) {
        throw violation('an answer that was delivered again was told otherwise');
      }
    }
    return again;
  }

  async resend(signIn: SignIn, box: number): Promise<void> {
    const session = [...signIn.session, roundOf(signIn.metadata, false)];
    await this.#define(signIn, session, box, { clientMetadata: { action: 'resend' } });
  }

  /** Cognito, or the network, delivers the last Create event again. */
  async redeliver(signIn: SignIn, box: number): Promise<void> {
    if (signIn.create !== undefined) {
      await this.#deliver(box, idOf(signIn), signIn.create, 1);
    }
  }

  changeNumber(user: number): void {
    const changed = this.#users[user % this.#users.length] as User;
    changed.number = numberOf(runs, 10 + this.#codes.length + this.signIns.length);
  }

  pass(milliseconds: number): void {
    this.#now += milliseconds;
    for (const { clock } of this.#boxes) {
      clock.advance(milliseconds);
    }
  }

  /** Has several things happen at once. */
  async atOnce(happenings: readonly (() => Promise<unknown> | unknown)[]): Promise<void> {
    this.#isAlone = false;
    // What goes on after a violation would be taken for the next story's.
    await Promise.allSettled(happenings.map((happen) => happen()));
    this.#isAlone = true;
  }

  /** Sign-ins that wait for an answer. */
  get open(): readonly SignIn[] {
    return this.signIns.filter(({ isOver, metadata }) => !isOver && metadata !== '');
  }

  plan(box: number, mishaps: readonly Mishap[]): void {
    this.#isCalm &&= mishaps.every((mishap) => mishap === 'none' || mishap === 'slow');
    this.#box(box).link.plan(mishaps);
  }

  dieAfter(box: number, requests: number): void {
    this.#isCalm = false;
    this.#box(box).link.dieAfter(requests);
  }

  async deliverLate(): Promise<void> {
    for (const { link } of this.#boxes) {
      await link.deliverLate();
    }
  }

  #box(index: number): Box {
    return this.#boxes[index % this.#boxes.length] as Box;
  }

  // How it happens.

  #start(dynamoDb: DynamoDbStore, box: Box): Dispatcher {
    const config = readConfig({ ...SETTINGS, HIDE_USER_EXISTENCE: String(this.#hides) });
    const container = createContainer(config, {
      smsGateway: this.#gateway(box),
      dynamoDb,
      clock: box.clock,
      timer: {
        sleep: async (milliseconds) => {
          this.pass(milliseconds);
          await setImmediate();
        },
      },
      userDirectory: new InMemoryUserDirectory(),
    });
    container.get(TOKENS.logger).setLogLevel('SILENT');
    const hasher = container.get(TOKENS.otpHasher);
    container.rebind(TOKENS.otpHasher).toConstantValue(this.#noting(hasher));
    const challenges = interruptible(container.get(TOKENS.challengeRepository));
    challenges.before('consume', ({ id }) => this.#noteUse(id));
    container.rebind(TOKENS.challengeRepository).toConstantValue(challenges);
    return container.get(TOKENS.dispatcher);
  }

  /** How things stand when a code is about to be used: others may go on before anybody is told. */
  #noteUse(challengeId: string): void {
    const call = this.#round.getStore();
    if (call !== undefined) {
      call.usedAt = this.#now;
      call.newest = this.#newestFirst(challengeId)[0];
      call.wasLocked = this.#isLocked(call.number);
    }
  }

  #noting(hasher: OtpHasher): OtpHasher {
    return {
      digest: (code: string, binding: CodeBinding) => {
        const { challengeId, number } = binding;
        this.#codes.push({ code, challengeId, number, madeAt: this.#now });
        return hasher.digest(code, binding);
      },
      matches: (...args) => hasher.matches(...args),
    };
  }

  #gateway(box: Box): SmsGateway {
    return {
      send: async (sms) => {
        await setImmediate();
        if (box.link.isDead || sms.deadline.passed || this.provider === 'refuses') {
          throw new SmsDeliveryError('unavailable', 'unsent');
        }
        if (this.provider !== 'loses it, and does not say so') {
          this.#noteSms(sms);
        }
        if (this.provider !== 'accepts') {
          throw new SmsDeliveryError('timed-out', 'unanswered');
        }
        return {};
      },
    };
  }

  async #define(
    signIn: SignIn,
    session: SignIn['session'],
    box: number,
    extra: object,
  ): Promise<void> {
    const defined = await this.#deliver(
      box,
      idOf(signIn),
      this.#event(signIn, 'DefineAuthChallenge_Authentication', {
        session: structuredClone(session),
        ...extra,
      }),
    );
    const response = defined?.answer.response;
    if (response?.issueTokens === true && session.at(-1)?.challengeResult !== true) {
      throw violation('tokens without a right answer');
    }
    this.#tokens += response?.issueTokens === true ? 1 : 0;
    if (response?.challengeName !== 'CUSTOM_CHALLENGE') {
      signIn.isOver = true;
      return;
    }
    const event = this.#event(signIn, 'CreateAuthChallenge_Authentication', {
      challengeName: 'CUSTOM_CHALLENGE',
      session: structuredClone(session),
      ...extra,
    });
    signIn.create = event;
    const created = await this.#deliver(box, idOf(signIn), event);
    if (created === undefined) {
      signIn.isOver = true;
      return;
    }
    const { privateChallengeParameters, publicChallengeParameters, challengeMetadata } =
      created.answer.response;
    signIn.session = session;
    signIn.private = privateChallengeParameters as Record<string, string>;
    signIn.metadata = challengeMetadata as string;
    signIn.status = (publicChallengeParameters as Record<string, string>).status;
  }

  /** Delivers an event, up to three times, each to another container, as Cognito does where nobody answers. */
  async #deliver(box: number, challengeId: string, event: TriggerEvent, deliveries = 3) {
    const key = JSON.stringify([event.triggerSource, event.userName, event.request]);
    const number = this.#users.find(({ userName }) => userName === event.userName)?.number ?? '';
    const call: Call = { key, number, begunAt: this.#now };
    for (let delivery = 0; delivery < deliveries; delivery++) {
      const at = this.#box(box + delivery);
      try {
        const deadline = Deadline.in(at.clock, 4200);
        const dispatched = await this.#round.run(call, () =>
          at.dispatcher.dispatch(structuredClone(event), deadline),
        );
        if (!at.link.isDead) {
          const result = { ...dispatched, call } as unknown as Delivered;
          this.#noteShaken(result, delivery > 0);
          return result;
        }
      } catch {
        // Nobody answers, and Cognito calls again after five seconds.
      }
      this.#shaken.add(challengeId);
      at.link.revive();
      this.pass(PATIENCE_MS);
    }
    return undefined;
  }

  /** A call failed, or a provider did not say what it did: a resend may follow at once, and counts may be ahead of what was told. */
  #noteShaken({ outcome: { kind, reference } }: Delivered, again: boolean): void {
    if (reference !== undefined && (again || kind === 'delivery-failed' || kind === 'abandoned')) {
      this.#shaken.add(reference.split('.')[0] ?? '');
    }
  }

  #event({ user }: SignIn, triggerSource: string, request: object): TriggerEvent {
    return {
      version: '1',
      region: 'eu-west-1',
      userPoolId: 'eu-west-1_Abc123XyZ',
      userName: user.userName,
      callerContext: { awsSdkVersion: 'aws-sdk-unknown-unknown', clientId: 'client' },
      triggerSource,
      request: {
        userAttributes: {
          sub: user.userName,
          phone_number: user.number,
          phone_number_verified: 'true',
        },
        userNotFound: false,
        ...request,
      },
      response: {},
    } as unknown as TriggerEvent;
  }

  // What must hold.

  #noteSms({ to, text }: Sms): void {
    const code = /\d{6}(?!.*\d)/s.exec(text)?.[0];
    const made = this.#codes.findLast((known) => known.code === code);
    const { key } = this.#round.getStore() ?? { key: '' };
    if (made === undefined) {
      throw violation('an SMS with a code that nobody made');
    }
    this.#sms += 1;
    const before = this.#newestFirst(made.challengeId);
    made.sentAt = this.#now;
    made.order = this.#sms;
    if (before.length >= policy.maxSends) {
      throw violation(`${before.length + 1} SMS of one sign-in`);
    }
    // The wait begins with the code, which may be made a while before its SMS leaves.
    const lastAt = before[0]?.madeAt ?? Number.NEGATIVE_INFINITY;
    const tooSoon = this.#now - lastAt < policy.resendCooldownMs - 2 * SKEW_MS;
    if (tooSoon && !this.#shaken.has(made.challengeId)) {
      throw violation(`two SMS of one sign-in within ${this.#now - lastAt} ms`);
    }
    this.#checkRound(key, made.challengeId);
    const meter = this.#metersOfNumber.get(to) ?? {};
    // One that makes up for a refused one was counted with that, at most a claim earlier.
    const latest = this.#now + 2 * SKEW_MS + abuse.claimMs;
    const last = takeFrom(meter, abuse.sends.perNumber, latest);
    if (last.kind === 'refused') {
      throw violation('more SMS to a number than its limits allow');
    }
    const taken = takeFrom(meter, abuse.sends.perNumber, this.#now + 2 * SKEW_MS);
    this.#metersOfNumber.set(to, taken.kind === 'allowed' ? taken.meter : last.meter);
  }

  /**
   * One SMS for each round: a second one only for a sign-in's first round, once that was answered, or
   * once the time of its claim is over. Then it is another's: sign-ins that share a challenge have rounds
   * of the same names.
   */
  #checkRound(key: string, challengeId: string): void {
    const round = `${key} ${challengeId}`;
    const sentAt = this.#sendsOfRound.get(round) ?? Number.NEGATIVE_INFINITY;
    if (this.#now - sentAt < CLAIMED_MS) {
      throw violation('two SMS for one round');
    }
    this.#sendsOfRound.set(round, this.#now);
    const last = this.#openings.get(key);
    if (
      last !== undefined &&
      last.challengeId !== challengeId &&
      this.#now - last.at < CLAIMED_MS &&
      !this.#answered.has(last.challengeId)
    ) {
      throw violation('two SMS for two calls of one round');
    }
    this.#openings.set(key, { challengeId, at: this.#now });
  }

  #checkRight(
    { user }: SignIn,
    { id, round, answer, wrongBefore }: RightAnswer,
    { outcome, call }: Delivered,
  ): void {
    const sent = this.#newestFirst(id);
    const made = sent.find(({ code }) => code === answer);
    if (made === undefined) {
      throw violation('an answer was right that no SMS of this sign-in held');
    }
    const isRepeated = outcome.kind === 'answer-repeated';
    // Of calls for one round, the one that used the code may be the last to be heard of.
    const isOfAnotherRound = made.used !== undefined && made.used !== round;
    if (isOfAnotherRound || (made.isVerified && !isRepeated)) {
      throw violation('a code was right twice');
    }
    made.isVerified ||= !isRepeated;
    if (isRepeated && call.usedAt === undefined) {
      // Another branch of the client used it.
      return;
    }
    if (made !== call.newest) {
      throw violation('an older code was right');
    }
    if (made.number !== user.number) {
      throw violation('a code was right for another number than it was sent to');
    }
    if ((call.usedAt ?? this.#now) - made.madeAt > policy.lifetimeMs + 2 * SKEW_MS) {
      throw violation('a code was right that is too old');
    }
    const wrong = this.#wrongOfChallenge.get(id) ?? 0;
    if (wrong >= policy.maxAttempts) {
      throw violation('an answer was right after all tries');
    }
    if (call.wasLocked) {
      throw violation('an answer was right while the account was locked');
    }
    made.used = round;
    this.#wrongOfNumber.delete(user.number);
    // Those that came at the same time may count still.
    const wrongNow = this.#wrongSinceRight.get(user.number) ?? 0;
    this.#wrongSinceRight.set(user.number, Math.max(0, wrongNow - wrongBefore));
  }

  #clearingsOf(number: string) {
    const clearings = this.#clearings.get(number) ?? { begun: 0, underWay: 0 };
    this.#clearings.set(number, clearings);
    return clearings;
  }

  /** @param isLasting whether no code came at the same time, which may have cleared it at once. */
  #checkWrong({ user }: SignIn, id: string, isLasting: boolean): void {
    const wrong = (this.#wrongOfChallenge.get(id) ?? 0) + 1;
    this.#wrongOfChallenge.set(id, wrong);
    if (wrong > policy.maxAttempts) {
      throw violation(`${wrong} wrong answers told of one challenge`);
    }
    if (this.#isLocked(user.number)) {
      throw violation('a wrong answer told while the account is locked');
    }
    const { count = 0 } = this.#wrongOfNumber.get(user.number) ?? {};
    this.#wrongSinceRight.set(user.number, (this.#wrongSinceRight.get(user.number) ?? 0) + 1);
    if (isLasting) {
      this.#wrongOfNumber.set(user.number, { count: count + 1, lastAt: this.#now });
    }
  }

  /** By the wrong answers that were told: there may be more. */
  #isLocked(number: string): boolean {
    const { count = 0, lastAt = 0 } = this.#wrongOfNumber.get(number) ?? {};
    const record = { attemptCount: count, lastAttemptAt: lastAt, sends: {} };
    return standingOf(record, abuse.locks, this.#now + 2 * SKEW_MS).kind !== 'open';
  }

  /** Whether the newest code has to be right: it was told to be out, all calls went well, and nothing was used up. */
  #mustBeRight(signIn: SignIn, made: MadeCode): boolean {
    const id = idOf(signIn);
    const count = this.#wrongSinceRight.get(signIn.user.number) ?? 0;
    return (
      !this.#shaken.has(id) &&
      this.#isCalm &&
      this.#isAlone &&
      !made.used &&
      made.number === signIn.user.number &&
      this.#now - made.madeAt < policy.lifetimeMs - 2 * SKEW_MS - 20_000 &&
      (this.#wrongOfChallenge.get(id) ?? 0) < policy.maxAttempts &&
      count < abuse.locks.lockAfter
    );
  }

  #newestFirst(challengeId: string): MadeCode[] {
    return this.#codes
      .filter((made) => made.challengeId === challengeId && made.order !== undefined)
      .sort((one, other) => (other.order ?? 0) - (one.order ?? 0));
  }
}

/** How often Cognito delivers an answer that was told. */
export type Delivery = 'once' | 'again';

/** One event, however often it is delivered. */
interface Call {
  readonly key: string;
  /** The user's number when it began. */
  readonly number: string;
  readonly begunAt: number;
  /** When its code was about to be used. */
  usedAt?: number;
  /** The newest code of the challenge when its code was about to be used. */
  newest?: MadeCode | undefined;
  wasLocked?: boolean;
}

/** An answer that was told to be right. */
interface RightAnswer {
  /** Of its challenge. */
  readonly id: string;
  readonly round: string;
  readonly answer: string;
  /** Wrong answers that were told before it was given. */
  readonly wrongBefore: number;
}

/** What an event came to, as far as it matters here. */
interface Delivered {
  readonly call: Call;
  readonly outcome: {
    readonly kind: string;
    readonly reason?: string;
    readonly reference?: string;
  };
  readonly answer: { readonly response: Readonly<Record<string, unknown>> };
}

function isRight({ answer }: Delivered): boolean {
  return answer.response.answerCorrect === true;
}

class Violation extends Error {}

/** Violations inside of a call must not be taken for the call's own failure. */
const violations: Violation[] = [];

function violation(text: string): Violation {
  const found = new Violation(text);
  violations.push(found);
  return found;
}

/** Begins a story. */
export function forgetViolations(): void {
  violations.length = 0;
}

/** @throws what was found since the last time. */
export function throwViolations(): void {
  const [first] = violations.splice(0);
  if (first !== undefined) {
    throw first;
  }
}

function idOf({ metadata }: SignIn): string {
  return metadata.split('.')[0] ?? '';
}

/** A completed round, as Cognito keeps it. */
function roundOf(challengeMetadata: string, challengeResult: boolean) {
  return { challengeName: 'CUSTOM_CHALLENGE', challengeResult, challengeMetadata };
}

function numberOf(run: number, i: number): string {
  return `+659${String((run * 37 + i) % 10_000_000).padStart(7, '0')}`;
}

/** As many digits as a code, and none that was made. */
function wrongCode(codes: readonly MadeCode[]): string {
  for (let i = 0; ; i++) {
    const wrong = String(i).padStart(6, '0');
    if (!codes.some(({ code }) => code === wrong)) {
      return wrong;
    }
  }
}
