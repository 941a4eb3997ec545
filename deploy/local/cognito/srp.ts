/**
 * The server's half of Secure Remote Password as Cognito speaks it: SRP-6a over the 3072-bit group
 * of RFC 3526, with SHA-256, and a session key made by HKDF. The password itself is never sent,
 * and what is kept of it can't sign anyone in.
 */
import {
  createHash,
  createHmac,
  getDiffieHellman,
  hkdfSync,
  randomBytes,
  timingSafeEqual,
} from 'node:crypto';

/** What is kept of a password. */
export interface PasswordVerifier {
  readonly salt: bigint;
  readonly verifier: bigint;
}

/** One exchange, between the server's challenge and the client's proof. */
export interface SrpExchange {
  readonly salt: string;
  /** The server's public value B, hexadecimal. */
  readonly serverPublic: string;
  readonly secretBlock: string;
  /** The key that only someone who knows the password can arrive at too. */
  readonly sessionKey: Buffer;
}

export interface PasswordClaim {
  readonly timestamp: string;
  readonly secretBlock: string;
  /** Base64. */
  readonly signature: string;
}

const N = BigInt(`0x${getDiffieHellman('modp15').getPrime('hex')}`);
const G = 2n;
const K = hashOf(padded(N), padded(G));
/** Makes the salt of an unknown user look like any other: the same at each attempt. */
const decoySecret = randomBytes(32);

/** @param poolName the part of the pool's id after the underscore */
export function createVerifier(
  poolName: string,
  username: string,
  password: string,
  salt = toBigInt(randomBytes(16)),
): PasswordVerifier {
  const identity = createHash('sha256').update(`${poolName}${username}:${password}`).digest();
  const x = hashOf(padded(salt), identity);
  return { salt, verifier: power(G, x) };
}

/** Whether this is the password that the verifier was made of. */
export function isPassword(
  kept: PasswordVerifier,
  poolName: string,
  username: string,
  password: string,
): boolean {
  return createVerifier(poolName, username, password, kept.salt).verifier === kept.verifier;
}

/** A verifier that no password fits, for whoever has none. */
export function decoyVerifier(poolName: string, username: string): PasswordVerifier {
  const salt = createHmac('sha256', decoySecret).update(username).digest().subarray(0, 16);
  return createVerifier(poolName, username, randomBytes(32).toString('hex'), toBigInt(salt));
}

/** The client's public value A, or undefined where it is none that may be answered. */
export function parseClientPublic(hex: string): bigint | undefined {
  if (!/^[0-9a-fA-F]{1,1024}$/.test(hex)) return undefined;
  const value = BigInt(`0x${hex}`);
  // With A = 0 (mod N) the session key would be known without the password.
  return value % N === 0n ? undefined : value;
}

export function startExchange(password: PasswordVerifier, clientPublic: bigint): SrpExchange {
  const secret = toBigInt(randomBytes(32));
  const serverPublic = (K * password.verifier + power(G, secret)) % N;
  const u = hashOf(padded(clientPublic), padded(serverPublic));
  const shared = power(clientPublic * power(password.verifier, u), secret);
  const key = hkdfSync('sha256', padded(shared), padded(u), 'Caldera Derived Key', 16);
  return {
    salt: password.salt.toString(16),
    serverPublic: serverPublic.toString(16),
    secretBlock: randomBytes(512).toString('base64'),
    sessionKey: Buffer.from(key),
  };
}

/** Whether the claim was signed by someone who knows the password. */
export function isProof(
  exchange: SrpExchange,
  poolName: string,
  username: string,
  claim: PasswordClaim,
): boolean {
  if (claim.secretBlock !== exchange.secretBlock) return false;
  const expected = createHmac('sha256', exchange.sessionKey)
    .update(poolName)
    .update(username)
    .update(Buffer.from(exchange.secretBlock, 'base64'))
    .update(claim.timestamp)
    .digest();
  const received = Buffer.from(claim.signature, 'base64');
  return received.length === expected.length && timingSafeEqual(received, expected);
}

/** `base` to the `exponent`, modulo {@link N}. */
function power(base: bigint, exponent: bigint): bigint {
  let result = 1n;
  let square = base % N;
  for (let bits = exponent; bits > 0n; bits >>= 1n) {
    if (bits & 1n) result = (result * square) % N;
    square = (square * square) % N;
  }
  return result;
}

function hashOf(...parts: readonly Buffer[]): bigint {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return toBigInt(hash.digest());
}

/** Big-endian bytes with a leading zero where the first bit is set, as Java writes a BigInteger. */
function padded(value: bigint): Buffer {
  const hex = value.toString(16);
  const even = hex.length % 2 === 0 ? hex : `0${hex}`;
  return Buffer.from(/^[89a-f]/.test(even) ? `00${even}` : even, 'hex');
}

function toBigInt(bytes: Buffer): bigint {
  return BigInt(`0x${bytes.toString('hex')}`);
}
