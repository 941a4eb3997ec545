/** The passwords that administrators and the pool itself give out: good for some days, until changed. */
import { randomInt } from 'node:crypto';
import { passwordPolicyOf } from './pool-options.ts';
import type { UserPool } from './user-pool.ts';

const DAY_MS = 24 * 60 * 60 * 1000;
/** One of each kind that a policy may ask for. */
const KINDS = ['abcdefghijkmnopqrstuvwxyz', 'ABCDEFGHJKLMNPQRSTUVWXYZ', '23456789', '!#%+-=?@'];

/** Epoch milliseconds. */
export function temporaryPasswordExpiry({ settings }: UserPool, now: number): number {
  const { TemporaryPasswordValidityDays: days = 0 } = passwordPolicyOf(settings.options);
  return now + days * DAY_MS;
}

export function createTemporaryPassword({ settings }: UserPool): string {
  const { MinimumLength = 0 } = passwordPolicyOf(settings.options);
  const length = Math.max(MinimumLength, 8);
  return Array.from({ length }, (_, index) => {
    const kind = KINDS[index % KINDS.length] ?? '';
    return kind[randomInt(kind.length)];
  }).join('');
}
