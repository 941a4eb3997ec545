/** Secrets for keyed digests: how they are written, and which are too weak to be one. */
import * as v from 'valibot';
import type { Setting } from '../settings.ts';

/** One key or more. */
export type Keys = readonly [Uint8Array, ...Uint8Array[]];

const MIN_BYTES = 32;

/** Fewer than 1 in 10^14 random keys fall below: C(256, 15) sets of 15 bytes, each byte in one by 15 in 240 at most, even where the base64 is letters and digits alone. */
const MIN_DIFFERENT_BYTES = 16;

const KEY = `at least ${MIN_BYTES} random bytes in base64 (such as \`openssl rand -base64 32\` prints)`;

/** The keys of all digests. */
export const HASH_KEYS = {
  schema: v.pipe(
    v.string(),
    v.check((text) => flawOfKeys(text) === undefined),
    v.transform(decodeAll),
  ),
  takes: `${KEY}, or several such keys, each once, with commas between them, of which the first signs`,
  secret: true,
  flaw: flawOfKeys,
} as const satisfies Setting;

/** The key of what is looked up by a digest, where it has one of its own. */
export const LOOKUP_KEY = {
  schema: v.optional(
    v.pipe(
      v.string(),
      v.check((text) => flawOfKey(text) === undefined),
      v.transform(decode),
    ),
  ),
  takes: `one key: ${KEY}`,
  secret: true,
  flaw: flawOfKey,
} as const satisfies Setting;

/** What is allowed but likely not meant, one sentence each. */
export function keyWarnings(hashKeys: Keys, lookupKey: Uint8Array | undefined): readonly string[] {
  return hashKeys.length > 1 && lookupKey === undefined
    ? [
        'OTP_HASH_KEY holds several keys, and OTP_LOOKUP_KEY is not set: counts and pseudonyms go by the last one, and start anew when that changes.',
      ]
    : [];
}

function flawOfKeys(text: string): string | undefined {
  const keys = text.split(',');
  const flaw = keys.map(flawOfKey).find((found) => found !== undefined);
  const isRepeated = new Set(keys.map((key) => decode(key).toString('hex'))).size < keys.length;
  return flaw ?? (isRepeated ? 'the same key twice' : undefined);
}

function flawOfKey(text: string): string | undefined {
  const written = text.trim();
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(written)) {
    return 'something that is no base64';
  }
  const key = decode(written);
  if (key.length < MIN_BYTES) {
    return `a key of ${written.length} characters, which in base64 are only ${key.length} bytes`;
  }
  return new Set(key).size < MIN_DIFFERENT_BYTES
    ? 'a key that is not random, since few of its bytes differ'
    : undefined;
}

function decodeAll(text: string): Keys {
  const [first = '', ...others] = text.split(',');
  return [decode(first), ...others.map(decode)];
}

/** Leaves out white space. */
function decode(text: string): Buffer {
  return Buffer.from(text, 'base64');
}
