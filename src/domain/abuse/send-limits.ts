import type { Clock } from '../ports/clock.ts';
import type { Conversion, ConversionCounter } from '../ports/conversion-counter.ts';
import type { RateLimiter } from '../ports/rate-limiter.ts';
import { StoreError } from '../ports/store-error.ts';
import type { AnswerGuard } from './answer-guard.ts';
import { HOUR_MS, hourOf } from './hour.ts';
import { evaluate, type RateLimit, type Take } from './rate-limit.ts';

/** How many SMS may be sent, and what to make of those that nobody answers. */
export interface SendLimitPolicy {
  readonly perNumber: readonly RateLimit[];
  readonly perCountry: readonly RateLimit[];
  readonly overall: readonly RateLimit[];
  readonly unconverted: UnconvertedSendsPolicy;
  /** Whether SMS are sent while the counts can't be reached. */
  readonly onStoreFailure: 'open' | 'closed';
}

/**
 * SMS that sign nobody in are the mark of pumped traffic. A country's hour is suspect when its
 * unconverted SMS are more than `allowance`, and more than `share` of all its SMS.
 */
export interface UnconvertedSendsPolicy {
  readonly action: 'report' | 'refuse';
  readonly allowance: number;
  /** From 0 to 1. */
  readonly share: number;
}

/** Why an SMS may not be sent. */
export type RefusalReason =
  | 'number-limit'
  | 'country-budget'
  | 'overall-budget'
  | 'unproven-sends'
  /** The counts can't be reached. */
  | 'limits-unavailable';

/** Whether an SMS may be sent. */
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

/** It may be sent. */
export interface SendAllowed {
  readonly kind: 'allowed';
  /** The country's hour looks like pumped traffic. */
  readonly unconvertedSends?: true;
  /** The limits could not be reached, and the settings say to send all the same. */
  readonly fault?: StoreError;
}

/** Who wants an SMS. */
export interface SendRequest {
  readonly account: string;
  /** ISO 3166-1 alpha-2 of the number that is to be sent to; `undefined` where nothing will be sent. */
  readonly country: string | undefined;
  /** Where nothing will be sent: the country of the username, if that is a number. */
  readonly likelyCountry?: string | undefined;
}

/** Stands for the country of those who are sent nothing; ISO 3166 has no such code. */
export const NO_DESTINATION = '--';

/** How long to wait for counts that can't be reached. */
const UNAVAILABLE_MS = 30_000;

/** What it works with. */
export interface SendLimitsDependencies {
  readonly answers: AnswerGuard;
  readonly limiter: RateLimiter;
  readonly conversions: ConversionCounter;
  readonly clock: Clock;
  readonly policy: SendLimitPolicy;
}

/** Decides whether an SMS may be sent. */
export class SendLimits {
  readonly #deps: SendLimitsDependencies;
  /** The country of the last SMS that was asked for here: the best guess where no number tells. */
  #lastCountry = NO_DESTINATION;

  constructor(dependencies: SendLimitsDependencies) {
    this.#deps = dependencies;
  }

  async decide(request: SendRequest): Promise<SendDecision> {
    try {
      return await this.#decide(request);
    } catch (fault) {
      if (!(fault instanceof StoreError)) {
        throw fault;
      }
      const retryAt = this.#deps.clock.now() + UNAVAILABLE_MS;
      return this.#deps.policy.onStoreFailure === 'open'
        ? { kind: 'allowed', fault }
        : { kind: 'refused', reason: 'limits-unavailable', retryAt, fault };
    }
  }

  async #decide({ account, country, likelyCountry }: SendRequest): Promise<SendDecision> {
    const { answers, limiter, conversions, clock, policy } = this.#deps;
    const now = clock.now();
    this.#lastCountry = country ?? this.#lastCountry;
    const place = country ?? likelyCountry ?? this.#lastCountry;
    const [standing, taken, conversion] = await Promise.all([
      answers.standing(account),
      limiter.take(sendsKey(account), policy.perNumber),
      conversions.read(place, now),
    ]);
    if (taken.kind === 'refused') {
      return { kind: 'refused', reason: 'number-limit', retryAt: taken.retryAt };
    }
    // What is counted for nowhere was never sent, so it can't be converted either.
    const suspect = place !== NO_DESTINATION && isSuspect(conversion, policy.unconverted);
    // Before the budgets: refused traffic must not use up what others may still send.
    if (suspect && policy.unconverted.action === 'refuse') {
      const retryAt = (hourOf(now) + 1) * HOUR_MS;
      return { kind: 'refused', reason: 'unproven-sends', retryAt };
    }
    // No budget is used up for a locked account or an unknown user: nothing will be sent. Yet they meet
    // what every other one meets, so that no answer tells them apart.
    const ask: Ask = country !== undefined && standing.kind === 'open' ? 'take' : 'look';
    const perCountry = await this.#budget(ask, `sends to ${place}`, policy.perCountry);
    if (perCountry.kind === 'refused') {
      return { kind: 'refused', reason: 'country-budget', retryAt: perCountry.retryAt };
    }
    const overall = await this.#budget(ask, 'sends', policy.overall);
    if (overall.kind === 'refused') {
      return { kind: 'refused', reason: 'overall-budget', retryAt: overall.retryAt };
    }
    if (standing.kind !== 'open') {
      return { kind: 'account-locked' };
    }
    return suspect ? { kind: 'allowed', unconvertedSends: true } : { kind: 'allowed' };
  }

  async #budget(ask: Ask, key: string, limits: readonly RateLimit[]): Promise<Take> {
    if (limits.length === 0) {
      return ALLOWED;
    }
    const { limiter } = this.#deps;
    return ask === 'take' ? limiter.take(key, limits) : evaluate(await limiter.usage(key, limits));
  }
}

/** What an account's SMS are counted under. */
export function sendsKey(account: string): string {
  return `sends to ${account}`;
}

type Ask = 'take' | 'look';

const ALLOWED: Take = { kind: 'allowed' };

/** @see UnconvertedSendsPolicy */
export function isSuspect(
  { sent, converted }: Conversion,
  { allowance, share }: UnconvertedSendsPolicy,
): boolean {
  return sent - converted > Math.max(allowance, share * sent);
}
