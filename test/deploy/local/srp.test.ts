import { createHmac } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import {
  createVerifier,
  decoyVerifier,
  isProof,
  type PasswordClaim,
  parseClientPublic,
  startExchange,
} from '../../../deploy/local/cognito/srp.ts';

const POOL_NAME = 'PhoneOtp';
const TIMESTAMP = 'Sun Jun 1 00:00:00 UTC 2025';

// What real clients prove is tested with real clients; here, what a claim is bound to.
describe('a claim is bound to', () => {
  const exchange = startExchange(createVerifier(POOL_NAME, 'alice', 'Correct-horse-1'), 5n);
  const signature = createHmac('sha256', exchange.sessionKey)
    .update(`${POOL_NAME}alice`)
    .update(Buffer.from(exchange.secretBlock, 'base64'))
    .update(TIMESTAMP)
    .digest('base64');
  const claim = { timestamp: TIMESTAMP, secretBlock: exchange.secretBlock, signature };

  const proves = (changes: Partial<PasswordClaim>, poolName = POOL_NAME, username = 'alice') =>
    isProof(exchange, poolName, username, { ...claim, ...changes });

  test('nothing else: as it is, it proves', () => expect(proves({})).toBe(true));
  test('its secret block', () => expect(proves({ secretBlock: 'AAAA' })).toBe(false));
  test('its timestamp', () => expect(proves({ timestamp: `${TIMESTAMP}x` })).toBe(false));
  test('its signature', () => expect(proves({ signature: 'AAAA' })).toBe(false));
  test('its pool', () => expect(proves({}, 'Other')).toBe(false));
  test('its user', () => expect(proves({}, POOL_NAME, 'bob')).toBe(false));
});

test('the decoy of an unknown user has the same salt every time, and another for another user', () => {
  const salt = decoyVerifier(POOL_NAME, 'nobody').salt;
  expect(decoyVerifier(POOL_NAME, 'nobody').salt).toBe(salt);
  expect(decoyVerifier(POOL_NAME, 'somebody').salt).not.toBe(salt);
});

test('a user has another salt and verifier each time the password is set', () => {
  const [one, two] = [1, 2].map(() => createVerifier(POOL_NAME, 'alice', 'Correct-horse-1'));
  expect(one?.salt).not.toBe(two?.salt);
  expect(one?.verifier).not.toBe(two?.verifier);
});

test.each(['', '0', '00', 'xyz', '-1', 'f'.repeat(1025)])(
  'the public value %j is none that may be answered',
  (hex) => expect(parseClientPublic(hex)).toBeUndefined(),
);
