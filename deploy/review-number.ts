/** `npm run review-number`: makes the entry of a number that signs in without an SMS, and its code. */
import { SystemClock } from '../src/adapters/clock/system.ts';
import { HmacKeyRing } from '../src/adapters/lib/hmac-key-ring.ts';
import { ShippedNumberingPlan } from '../src/adapters/numbering-plan/shipped.ts';
import { NodeCryptoOtpGenerator } from '../src/adapters/otp-generator/node-crypto.ts';
import { HmacReviewHasher } from '../src/adapters/review-hasher/hmac.ts';
import { OTP_LENGTH } from '../src/config/config.ts';
import { HASH_KEYS, LOOKUP_KEY } from '../src/config/keys.ts';
import { endOfDay, isPerDay, LAST_DAY, PER_DAY } from '../src/config/review-numbers.ts';
import { isPhoneNumber, maskPhoneNumber, type PhoneNumber } from '../src/domain/phone-number.ts';
import { REVIEW_CODE_DIGITS } from '../src/domain/review-numbers.ts';
import { ConfigError, readSettings, validOrThrow } from '../src/settings.ts';
import { parseOptions, typed, UsageError } from './command-line.ts';
import { newReviewCode } from './lib/review-code.ts';

const HELP = `${typed('review-number')} --phone NUMBER --until DAY [options]

Makes an entry for REVIEW_NUMBERS: a number that signs in by a code which stays the same,
without an SMS, for the reviewers of an app store or for tests. Prints the entry, which
holds digests alone, and the code, which is nowhere else: whoever has it needs no phone.
Needs in the environment the function's own OTP_HASH_KEY, its OTP_LOOKUP_KEY where it has
one, and its OTP_LENGTH where that is above ${REVIEW_CODE_DIGITS}.

  --phone NUMBER    in E.164, such as +12025550100: one that nobody else signs in with
  --until DAY       the last day, in UTC, such as 2027-02-24; at most 90 days ahead
  --per-day COUNT   codes that may be asked for in a day, 1 to 100 (default: 20)
  --json            one object of JSON, for programs
  --help            this text
`;

interface Order {
  readonly number: PhoneNumber;
  readonly until: string;
  readonly perDay: number;
  readonly codeLength: number;
  readonly keys: HmacKeyRing;
  readonly json: boolean;
}

/** @throws UsageError, or ConfigError for a variable of the environment */
function readOrder(args: string[]): Order | 'help' {
  const { values } = parseOptions('review-number', {
    args,
    options: {
      phone: { type: 'string' },
      until: { type: 'string' },
      'per-day': { type: 'string', default: '20' },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return 'help';
  const { phone = '', until = '', json } = values;
  if (!isPhoneNumber(phone)) {
    throw new UsageError('--phone takes a phone number in E.164, such as +12025550100.');
  }
  const now = new SystemClock().now();
  const end = endOfDay(until, now);
  if (end === undefined || end <= now) {
    throw new UsageError(`--until takes ${LAST_DAY}, and not yet over.`);
  }
  const perDay = Number(values['per-day']);
  if (!isPerDay(perDay)) {
    throw new UsageError(`--per-day takes ${PER_DAY}.`);
  }
  const settings = { OTP_HASH_KEY: HASH_KEYS, OTP_LOOKUP_KEY: LOOKUP_KEY, OTP_LENGTH };
  const held = validOrThrow(
    readSettings(settings, {
      value: (variable) => process.env[variable] || undefined,
      title: (variable) => variable,
    }),
  );
  return {
    number: new ShippedNumberingPlan().canonical(phone),
    until,
    perDay,
    codeLength: Math.max(REVIEW_CODE_DIGITS, held.OTP_LENGTH),
    keys: new HmacKeyRing(held.OTP_HASH_KEY, held.OTP_LOOKUP_KEY),
    json,
  };
}

function carryOut({ number, until, perDay, codeLength, keys, json }: Order): string {
  const hasher = new HmacReviewHasher(keys);
  const code = newReviewCode(new NodeCryptoOtpGenerator(), codeLength);
  const entry = {
    number: hasher.numberDigest(number),
    code: hasher.codeDigest(code, number, until),
    until,
    perDay,
  };
  if (json) return JSON.stringify({ code, entry }, undefined, 2);
  return [
    `${maskPhoneNumber(number)} until the end of ${until}, UTC, ${perDay} a day`,
    `  code    ${code}  (shown this once)`,
    `  entry   ${JSON.stringify(entry)}`,
    '',
    'REVIEW_NUMBERS is a JSON array of such entries, 10 at most.',
  ].join('\n');
}

/** One sentence for what an operator can mend; anything else is a fault and keeps its stack. */
function explain(error: unknown): string | undefined {
  const mendable = [UsageError, ConfigError].some((kind) => error instanceof kind);
  return mendable && error instanceof Error ? error.message : undefined;
}

try {
  const order = readOrder(process.argv.slice(2));
  console.log(order === 'help' ? HELP : carryOut(order));
} catch (error) {
  const sentence = explain(error);
  if (sentence === undefined) throw error;
  console.error(sentence);
  process.exitCode = 1;
}
