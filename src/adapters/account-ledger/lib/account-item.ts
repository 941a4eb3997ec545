/** An account as DynamoDB holds it. */
import type { Meter, RateLimit } from '../../../domain/abuse/rate-limit.ts';
import type { AccountRecord } from '../../../domain/ports/account-ledger.ts';
import { EXPIRY_ATTRIBUTE, expirySeconds, type Item } from '../../lib/dynamodb-item.ts';
import type { Change } from '../../lib/dynamodb-table.ts';

/** How the account stands by its item. */
export function recordOf(item: Item): AccountRecord {
  return {
    attemptCount: Number(item.attempts ?? 0),
    lastAttemptAt: Number(item.lastAt ?? 0),
    sends: meterOf(item),
  };
}

/** Whether the count of wrong answers may be forgotten at `now` (epoch milliseconds), and was not yet. */
export function isOutdated({ attemptsUntil }: Item, now: number): boolean {
  return attemptsUntil !== undefined && Number(attemptsUntil) <= now;
}

/** The item without a count of wrong answers that may be forgotten at `now`: Time to Live is days late. */
export function atTime(item: Item, now: number): Item {
  if (!isOutdated(item, now)) {
    return item;
  }
  const { attempts, lastAt, attemptTokens, attemptsUntil, ...others } = item;
  return others;
}

/** What removes the count of wrong answers, in an update's REMOVE. */
export const ATTEMPTS = '#attempts, #lastAt, #attemptTokens, #attemptsUntil';

/** Takes that are remembered by their token: more than are made while one waits for its answer. */
const TAKES = 20;

/** Whether the SMS was taken by the call that has this token. */
export function hasTaken({ takes = '' }: Item, token: string): boolean {
  return String(takes).split(' ').includes(token);
}

/** A take as it is to be written. */
export interface TakeToWrite {
  readonly limits: readonly RateLimit[];
  /** How they stand once it is taken. */
  readonly meter: Meter;
  readonly token: string;
  /** Epoch milliseconds of the SMS. */
  readonly at: number;
  /** When an account without wrong answers may be forgotten. */
  readonly keepUntil: number;
}

/** Writes a take where the item still is as it was found. */
export function takeChange(
  found: Item,
  { limits, meter, token, at, keepUntil }: TakeToWrite,
): Change {
  const outdated = isOutdated(found, at);
  const { attempts, attemptsUntil = Number.POSITIVE_INFINITY } = atTime(found, at);
  const until = attempts === undefined ? keepUntil : Math.max(Number(attemptsUntil), keepUntil);
  const values: Item = {
    version: token,
    takes: [token, ...String(found.takes ?? '').split(' ', TAKES - 1)].join(' ').trim(),
    ...Object.fromEntries(limits.map(({ windowMs }) => [used(windowMs), Number(meter[windowMs])])),
    ...(Number.isFinite(until) && { [EXPIRY_ATTRIBUTE]: expirySeconds(until) }),
  };
  const seen = found.version;
  return {
    update: `SET ${Object.keys(values)
      .map((name) => `#${name} = :${name}`)
      .join(', ')}${outdated ? ` REMOVE ${ATTEMPTS}` : ''}`,
    condition: seen === undefined ? 'attribute_not_exists(#version)' : '#version = :seen',
    values: { ...values, ...(seen !== undefined && { seen }) },
  };
}

/** What the attributes of the limits begin with; their window's length in milliseconds follows. */
const USED = 'used_';

function used(windowMs: number): string {
  return `${USED}${windowMs}`;
}

function meterOf(item: Item): Meter {
  const limits = Object.entries(item).filter(([name]) => name.startsWith(USED));
  return Object.fromEntries(
    limits.map(([name, value]) => [name.slice(USED.length), Number(value)]),
  );
}
