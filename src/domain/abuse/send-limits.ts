import type { Clock } from '../ports/clock.ts';
import type { Conversion, ConversionCounter } from '../ports/conversion-counter.ts';
import type { RateLimiter } from '../ports/rate-limiter.ts';
import { StoreError } from '../ports/store-error.ts';
import type { AnswerGuard } from './answer-guard.ts';
import { HOUR_MS, hourOf } from './hour.ts';
import { type RateLimit, type Take, verdict } from './rate-limit.ts';

/** How many SMS may be sent, and what to make of those that nobody answers. */
export interface SendLimits {
  readonly perNumber: readonly RateLimit[];
  readonly perCountry: readonly RateLimit[];
  readonly overall: readonly RateLimit[];
  readonly unproven: UnprovenSendsPolicy;
  /** Whether SMS are sent while the counts can't be reached. */
  readonly onStoreFailure: 'open' | 'closed';
}

/**
 * Pumped traffic shows in SMS that sign nobody in. A country's hour is suspect when more SMS than
 * `allowance`, and than `share` of all that it was sent, are unproven.
 */
export interface UnprovenSendsPolicy {
  readonly action: 'report' | 'refuse';
  readonly allowance: number;
  /** From 0 to 1. */
  readonly share: number;
}

export type RefusalReason =
  | 'number-limit'
  | 'country-budget'
  | 'overall-budget'
  | 'unproven-sends'
  /** The counts can't be reached. */
  | 'limits-unavailable';

export type SendDecision =
  | SendAllowed
  /** Looks allowed, but the account is locked: nothing is to be sent. */
  | { readonly kind: 'account-locked' }
  | {
      readonly kind: 'refused';
      readonly reason: RefusalReason;
      /** Epoch milliseconds from which a send may be asked for again. */
      readonly retryAt: number;
      readonly fault?: StoreError;
    };

export interface SendAllowed {
  readonly kind: 'allowed';
  /** The country's hour looks like pumped traffic. */
  readonly unprovenSends?: true;
  /** The limits could not be reached, and are to be passed over then. */
  readonly fault?: StoreError;
}

/** Who wants an SMS. */
export interface SendWish {
  readonly account: string;
  /** ISO 3166-1 alpha-2 of the number that is to be sent to; `undefined` where nothing will be sent. */
  readonly country: string | undefined;
  /** The country that it would be where nothing will be sent, if the username tells. */
  readonly likelyCountry?: string | undefined;
}

/** Stands for the country of those who are sent nothing; ISO 3166 has no such code. */
export const NOWHERE = '--';

/** How long to wait for counts that can't be reached. */
const UNAVAILABLE_MS = 30_000;

export interface SendGuardDependencies {
  readonly answers: AnswerGuard;
  readonly limiter: RateLimiter;
  readonly conversions: ConversionCounter;
  readonly clock: Clock;
  readonly limits: SendLimits;
}

/** Decides whether an SMS may be sent, before any is. */
export class SendGuard {
  readonly #deps: SendGuardDependencies;
  /** Of the last SMS that was asked for here: the best guess at a user's country where no number tells. */
  #lastCountry = NOWHERE;

  constructor(dependencies: SendGuardDependencies) {
    this.#deps = dependencies;
  }

  async decide(wish: SendWish): Promise<SendDecision> {
    try {
      return await this.#decide(wish);
    } catch (fault) {
      if (!(fault instanceof StoreError)) {
        throw fault;
      }
      const retryAt = this.#deps.clock.now() + UNAVAILABLE_MS;
      return this.#deps.limits.onStoreFailure === 'open'
        ? { kind: 'allowed', fault }
        : { kind: 'refused', reason: 'limits-unavailable', retryAt, fault };
    }
  }

  async #decide({ account, country, likelyCountry }: SendWish): Promise<SendDecision> {
    const { answers, limiter, conversions, clock, limits } = this.#deps;
    const now = clock.now();
    this.#lastCountry = country ?? this.#lastCountry;
    const place = country ?? likelyCountry ?? this.#lastCountry;
    const [standing, taken, conversion] = await Promise.all([
      answers.standing(account),
      limiter.take(sendsKey(account), limits.perNumber),
      conversions.read(place, now),
    ]);
    if (taken.kind === 'refused') {
      return { kind: 'refused', reason: 'number-limit', retryAt: taken.retryAt };
    }
    // What is counted for nowhere was never sent, so it can't be proven either.
    const suspect = place !== NOWHERE && isSuspect(conversion, limits.unproven);
    // Before the budgets: refused traffic must not use up what others may still send.
    if (suspect && limits.unproven.action === 'refuse') {
      const retryAt = (hourOf(now) + 1) * HOUR_MS;
      return { kind: 'refused', reason: 'unproven-sends', retryAt };
    }
    // No budget is used up for a locked account or an unknown user: nothing will be sent. Yet they meet
    // what every other one meets, so that no answer tells them apart.
    const ask: Ask = country !== undefined && standing.kind === 'open' ? 'take' : 'look';
    const perCountry = await this.#budget(ask, `sends to ${place}`, limits.perCountry);
    if (perCountry.kind === 'refused') {
      return { kind: 'refused', reason: 'country-budget', retryAt: perCountry.retryAt };
    }
    const overall = await this.#budget(ask, 'sends', limits.overall);
    if (overall.kind === 'refused') {
      return { kind: 'refused', reason: 'overall-budget', retryAt: overall.retryAt };
    }
    if (standing.kind !== 'open') {
      return { kind: 'account-locked' };
    }
    return suspect ? { kind: 'allowed', unprovenSends: true } : { kind: 'allowed' };
  }

  async #budget(ask: Ask, key: string, limits: readonly RateLimit[]): Promise<Take> {
    if (limits.length === 0) {
      return ALLOWED;
    }
    const { limiter } = this.#deps;
    return ask === 'take' ? limiter.take(key, limits) : verdict(await limiter.usage(key, limits));
  }
}

/** What an account's SMS are counted under. */
export function sendsKey(account: string): string {
  return `sends to ${account}`;
}

type Ask = 'take' | 'look';

const ALLOWED: Take = { kind: 'allowed' };

/** @see UnprovenSendsPolicy */
export function isSuspect(
  { sent, proven }: Conversion,
  { allowance, share }: UnprovenSendsPolicy,
): boolean {
  return sent - proven > Math.max(allowance, share * sent);
}
