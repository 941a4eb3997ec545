import type { AccountLedger, AccountRecord } from '../ports/account-ledger.ts';
import type { Clock } from '../ports/clock.ts';
import {
  ALL_PLACES,
  type RecentSms,
  type Reservation,
  type SmsTraffic,
  type Traffic,
} from '../ports/sms-traffic.ts';
import { StoreError, storeErrorOf } from '../ports/store-error.ts';
import type { Account } from '../recipient.ts';
import type { AccountLockout } from './account-lockout.ts';
import { nextAt, type RateLimit, type Take, takeFrom } from './rate-limit.ts';
import type { RefusalReason, SendAllowed, SendDecision, SendRefused } from './send-decision.ts';
import {
  judge,
  nextBucket,
  type UnconvertedSendsPolicy,
  type Verdict,
} from './unconverted-sends.ts';

/** How many SMS may be sent, and what to make of those that nobody answers. */
export interface SendLimitPolicy {
  readonly perNumber: readonly RateLimit[];
  readonly perCountry: RateLimit | undefined;
  readonly overall: RateLimit | undefined;
  readonly unconverted: UnconvertedSendsPolicy;
  /** Whether SMS are sent while the counts can't be reached. */
  readonly onStoreFailure: 'open' | 'closed';
}

/** Who wants an SMS. */
export interface SendSubject {
  readonly account: Account;
  /** ISO 3166-1 alpha-2 of the number that is to be sent to; `undefined` where there is none. */
  readonly country: string | undefined;
  /** What a day refills for this account alone, where that is less than for all. */
  readonly perDay?: number | undefined;
}

/** What the counts say before an SMS. */
export type Outlook = SendSubject & {
  /** When they were read, in epoch milliseconds. */
  readonly at: number;
} & (
    | { readonly kind: 'known'; readonly record: AccountRecord; readonly traffic: Traffic }
    /** They can't be reached, or not all of them: what was read still forbids. */
    | {
        readonly kind: 'unknown';
        readonly record: AccountRecord | undefined;
        readonly traffic: Traffic | undefined;
        readonly fault: StoreError;
      }
  );

/** What is refused for a country's sake, which strangers never meet: they have none. */
const OF_COUNTRIES: readonly RefusalReason[] = [
  'country-stopped',
  'country-budget',
  'unproven-sends',
];

/** Stands for the country of those who are sent nothing; ISO 3166 has no such code. */
export const NO_DESTINATION = '--';

/** How long to wait for counts that can't be reached. */
const UNAVAILABLE_MS = 30_000;

/** How long to wait where an operator has stopped SMS: nobody knows until when, and whoever waits need not do so much longer. */
const STOPPED_MS = 60_000;

const DAY_MS = 24 * 3_600_000;

/** What it works with. */
export interface SendLimitsDependencies {
  readonly lockout: AccountLockout;
  readonly ledger: AccountLedger;
  readonly traffic: SmsTraffic;
  readonly clock: Clock;
  readonly policy: SendLimitPolicy;
  /** Whether clients may learn nothing of a country's limits, which tell users that exist from others. */
  readonly hideUserExistence: boolean;
}

/**
 * Decides whether an SMS may be sent, in three steps, so that as little as possible is waited for: `look`
 * reads, `foresee` decides by what was read, and `take` counts the SMS before it leaves.
 */
export class SendLimits {
  readonly #deps: SendLimitsDependencies;

  constructor(dependencies: SendLimitsDependencies) {
    this.#deps = dependencies;
  }

  /** Reads the counts; never rejects for a store that can't be reached. */
  async look(subject: SendSubject): Promise<Outlook> {
    const { ledger, traffic, clock } = this.#deps;
    const at = clock.now();
    const asked = { ...subject, at };
    const reading = [
      ledger.read(subject.account.name),
      traffic.read(placeOf(subject), at),
    ] as const;
    const [ofRecord, ofTraffic] = await Promise.all([
      storeErrorOf(reading[0]),
      storeErrorOf(reading[1]),
    ]);
    const fault = ofRecord ?? ofTraffic;
    if (fault === undefined) {
      const [record, seen] = await Promise.all(reading);
      return { ...asked, kind: 'known', record, traffic: seen };
    }
    return {
      ...asked,
      kind: 'unknown',
      record: ofRecord ? undefined : await reading[0],
      traffic: ofTraffic ? undefined : await reading[1],
      fault,
    };
  }

  /**
   * What `take` would say, by what was read. Nothing is counted.
   *
   * @param isMadeUp as of `take`.
   */
  foresee(outlook: Outlook, isMadeUp = false): SendDecision {
    if (outlook.kind === 'known') {
      return this.#foresee(outlook, isMadeUp);
    }
    const { fault } = outlook;
    // Everybody is told of a stop of all SMS; of the rest, strangers would meet another part.
    const isClosed = this.#deps.policy.onStoreFailure === 'closed';
    return isClosed && outlook.traffic?.stopped !== 'all'
      ? unavailable(outlook, fault)
      : { ...this.#foresee(outlook, isMadeUp), fault };
  }

  #foresee(outlook: Outlook, isMadeUp: boolean): SendDecision {
    const { lockout, policy } = this.#deps;
    const { account, record, traffic, at } = outlook;
    // Before all else: it is the one thing that everybody is told alike.
    if (traffic?.stopped === 'all') {
      return refused('sending-stopped', at + STOPPED_MS);
    }
    const taken =
      isMadeUp || !record ? undefined : takeFrom(record.sends, this.#perNumber(outlook), at);
    if (taken?.kind === 'refused') {
      return refused('number-limit', taken.retryAt);
    }
    if (traffic?.stopped === 'place') {
      return refused('country-stopped', at + STOPPED_MS);
    }
    // Before the budgets: refused traffic must not use up what others may still send.
    const verdict = traffic ? this.#judge(outlook, traffic) : 'clear';
    if (verdict === 'refused') {
      return refused('unproven-sends', nextBucket(at));
    }
    const { perCountry } = policy;
    if (traffic && perCountry !== undefined) {
      const retryAt = nextAt({ [perCountry.windowMs]: traffic.usedUntil }, perCountry);
      if (retryAt > at) {
        return refused('country-budget', retryAt);
      }
    }
    if (record && account.known && lockout.standing(record).kind !== 'open') {
      return { kind: 'account-locked' };
    }
    return allowed(verdict);
  }

  /** Whether clients may be told of a refusal: of one that everybody meets, or that strangers meet for their own usernames. */
  tells({ reason }: SendRefused): boolean {
    return !this.#deps.hideUserExistence || !OF_COUNTRIES.includes(reason);
  }

  /**
   * Counts the SMS that was foreseen, before it leaves, or tells why it may not. Where none will be sent, and
   * nobody is to know, the account's own limits are taken from and the others are met, by the same calls.
   *
   * @param isMadeUp it takes the place of an SMS that was counted and not sent: the account's own limits are not
   * taken from again, which would show.
   */
  async take(
    outlook: Outlook,
    foreseen = this.foresee(outlook),
    isMadeUp = false,
  ): Promise<SendDecision> {
    if (outlook.kind === 'unknown' || (foreseen.kind === 'refused' && this.tells(foreseen))) {
      return foreseen;
    }
    const { ledger, policy } = this.#deps;
    const { account, at, record } = outlook;
    const place = placeOf(outlook);
    const keepUntil = at + forgetAfterMs(policy.perNumber);
    const sends = outlook.country !== undefined && foreseen.kind === 'allowed';
    const [number, country, overall] = await Promise.allSettled([
      isMadeUp
        ? ({ kind: 'allowed', meter: record.sends } as const)
        : ledger.takeSend(account.name, this.#perNumber(outlook), at, keepUntil, record),
      this.#ask(sends, place, sends ? policy.perCountry : undefined, at),
      policy.overall && this.#ask(sends, ALL_PLACES, policy.overall, at),
    ]);
    const countedFor = [
      ...(sends && isReserved(country) ? [place] : []),
      ...(sends && isReserved(overall) ? [ALL_PLACES] : []),
    ];
    const fault = faultOf([number, country, overall]);
    // Of several limits, some may refuse where another could not be reached.
    const decision =
      fault && policy.onStoreFailure === 'closed'
        ? unavailable(outlook, fault)
        : this.#decide(outlook, answerOf(number), answerOf(country), answerOf(overall));
    if (decision.kind === 'refused') {
      await this.#giveBack(countedFor, at);
      return { ...decision, ...(fault && { fault }) };
    }
    // To send without counts is no reason to send what was not to be sent.
    return foreseen.kind === 'allowed'
      ? { ...decision, ...(fault && { fault, countedFor }) }
      : { ...foreseen, ...(fault && { fault }) };
  }

  /**
   * Takes back what `take` counted of an SMS for its country and for all, where it did not leave. The account's own
   * limits stay taken from, as a stranger's are. Nothing depends on whether it works.
   */
  async giveBack(outlook: Outlook, { fault, countedFor = [] }: SendAllowed): Promise<void> {
    const all = [placeOf(outlook), ...(this.#deps.policy.overall ? [ALL_PLACES] : [])];
    await this.#giveBack(fault ? countedFor : all, outlook.at);
  }

  #ask(
    sends: boolean,
    place: string,
    budget: RateLimit | undefined,
    at: number,
  ): Promise<Reservation> {
    const { traffic } = this.#deps;
    return sends ? traffic.reserve(place, budget, at) : traffic.probe(place, budget, at);
  }

  /** By those of the limits that answered. */
  #decide(
    outlook: KnownOutlook,
    number: Take | undefined,
    country: Reservation | undefined,
    overall: Reservation | undefined,
  ): SendAllowed | SendRefused {
    if (number?.kind === 'refused') {
      return refused('number-limit', number.retryAt);
    }
    // Before the country's, which not everybody is told of.
    if (overall?.kind === 'refused') {
      return refused('overall-budget', overall.retryAt);
    }
    if (country?.kind === 'refused') {
      return refused('country-budget', country.retryAt);
    }
    // Several containers may have read the same counts: what each adds tells.
    const verdict = this.#judge(outlook, country?.before ?? outlook.traffic);
    return verdict === 'refused'
      ? refused('unproven-sends', nextBucket(outlook.at))
      : allowed(verdict);
  }

  async #giveBack(places: readonly string[], at: number): Promise<void> {
    const { traffic, policy } = this.#deps;
    await Promise.all(
      places.map((place) => {
        const budget = place === ALL_PLACES ? policy.overall : policy.perCountry;
        return storeErrorOf(traffic.giveBack(place, budget, at));
      }),
    );
  }

  #perNumber({ perDay }: SendSubject): readonly RateLimit[] {
    const { perNumber } = this.#deps.policy;
    if (perDay === undefined) {
      return perNumber;
    }
    const { max } = perNumber.find(({ windowMs }) => windowMs === DAY_MS) ?? { max: perDay };
    return [
      ...perNumber.filter(({ windowMs }) => windowMs !== DAY_MS),
      { max: Math.min(max, perDay), windowMs: DAY_MS },
    ];
  }

  /** What is sent nowhere can't be converted either. */
  #judge({ country }: Outlook, recent: RecentSms): Verdict {
    return country === undefined ? 'clear' : judge(recent, this.#deps.policy.unconverted);
  }
}

/** Where an SMS would go, as it is counted. */
function placeOf({ country = NO_DESTINATION }: SendSubject): string {
  return country;
}

type KnownOutlook = Extract<Outlook, { readonly kind: 'known' }>;

function isReserved(asked: PromiseSettledResult<Reservation | undefined>): boolean {
  return answerOf(asked)?.kind === 'reserved';
}

function answerOf<T>(asked: PromiseSettledResult<T>): T | undefined {
  return asked.status === 'fulfilled' ? asked.value : undefined;
}

/** The first fault, where all are the store's; any other passes. */
function faultOf(asked: readonly PromiseSettledResult<unknown>[]): StoreError | undefined {
  const faults = asked.flatMap((each) => (each.status === 'rejected' ? [each.reason] : []));
  const bug = faults.find((fault) => !(fault instanceof StoreError));
  if (bug !== undefined) {
    throw bug;
  }
  return faults[0];
}

/** Once every limit has refilled, an account without wrong answers may be forgotten: after a day, or the longest window. */
export function forgetAfterMs(limits: readonly RateLimit[]): number {
  return Math.max(DAY_MS, ...limits.map(({ windowMs }) => windowMs));
}

function allowed(verdict: Exclude<Verdict, 'refused'>): SendAllowed {
  return verdict === 'marked' ? { kind: 'allowed', unconvertedSends: true } : { kind: 'allowed' };
}

function unavailable({ at }: Outlook, fault: StoreError): SendRefused {
  return { ...refused('limits-unavailable', at + UNAVAILABLE_MS), fault };
}

function refused(reason: RefusalReason, retryAt: number): SendRefused {
  return { kind: 'refused', reason, retryAt };
}
