/** The pool's own codes: sent to a phone or an address, and checked when they come back. */
import { createHash, randomInt } from 'node:crypto';
import type { CodeDeliveryDetailsType } from '@aws-sdk/client-cognito-identity-provider';
import { FORMATS, type SignInAttribute, signInAttributes } from './attribute-schema.ts';
import { CognitoError } from './errors.ts';
import { codeMessage, type Medium, type PoolMessage } from './pool-messages.ts';
import type { CognitoService } from './service.ts';
import type { CodePurpose, User } from './user.ts';
import type { UserPool } from './user-pool.ts';

const HOUR_MS = 60 * 60 * 1000;

/** What sign-up is confirmed by: the number where the pool verifies both. */
export function confirmableAttribute(pool: UserPool, user: User): SignInAttribute | undefined {
  return signInAttributes.find((name) => pool.verifies(name) && user.attributes.has(name));
}

/** Sends a code in place of any earlier one for the same purpose. */
export function sendCode(
  service: CognitoService,
  pool: UserPool,
  user: User,
  purpose: CodePurpose,
  attribute: SignInAttribute,
): CodeDeliveryDetailsType {
  const to = addressOf(user, purpose, attribute);
  const medium = mediumOf(attribute);
  const code = String(randomInt(1_000_000)).padStart(6, '0');
  const expiresAt = service.now() + (purpose === 'new-password' ? 1 : 24) * HOUR_MS;
  const codes = new Map([...user.codes, [purpose, { code, attribute, expiresAt }]]);
  pool.update(user, { codes }, service.now());
  deliver(service, medium, to, codeMessage(pool.settings.options, medium, code));
  return describeDelivery(attribute, to);
}

/**
 * @returns what the code proves
 * @throws CognitoError ExpiredCodeException, CodeMismatchException
 */
export function checkCode(
  service: CognitoService,
  user: User,
  purpose: CodePurpose,
  given: string,
): SignInAttribute {
  const held = user.codes.get(purpose);
  if (held === undefined || service.now() >= held.expiresAt) throw expiredCode();
  if (held.code !== given) {
    const message = 'Invalid verification code provided, please try again.';
    throw new CognitoError('CodeMismatchException', message);
  }
  return held.attribute;
}

/** What is left once a code was used: each is good once. */
export function codesWithout(user: User, purpose: CodePurpose): User['codes'] {
  return new Map([...user.codes].filter(([held]) => held !== purpose));
}

export function expiredCode(): CognitoError {
  const message = 'Invalid code provided, please request a code again.';
  return new CognitoError('ExpiredCodeException', message);
}

export function deliver(
  service: CognitoService,
  medium: Medium,
  to: string,
  { subject, text }: PoolMessage,
): void {
  if (medium === 'SMS') service.sendSms(to, text);
  else service.sendMail(to, subject, text);
}

function describeDelivery(attribute: SignInAttribute, to: string): CodeDeliveryDetailsType {
  return {
    Destination: masked(attribute, to),
    DeliveryMedium: mediumOf(attribute),
    AttributeName: attribute,
  };
}

/** How a delivery to an unknown user would look: the same at each attempt. */
export function decoyDelivery(username: string): CodeDeliveryDetailsType {
  if (FORMATS.email.test(username)) return describeDelivery('email', username);
  if (FORMATS.phone_number.test(username)) return describeDelivery('phone_number', username);
  const digits = createHash('sha256').update(username).digest().readUInt32BE() % 10_000;
  return describeDelivery('phone_number', String(digits).padStart(4, '0'));
}

function mediumOf(attribute: SignInAttribute): Medium {
  return attribute === 'phone_number' ? 'SMS' : 'EMAIL';
}

/** A code that verifies a new number or address goes there. */
function addressOf(user: User, purpose: CodePurpose, attribute: SignInAttribute): string {
  const unverified = purpose === attribute ? user.unverified.get(attribute) : undefined;
  return unverified ?? user.attributes.get(attribute) ?? '';
}

function masked(attribute: SignInAttribute, to: string): string {
  if (attribute === 'phone_number') return `+${'*'.repeat(7)}${to.slice(-4)}`;
  const domain = to.slice(to.lastIndexOf('@') + 1);
  return `${to.charAt(0)}***@${domain.charAt(0)}***`;
}
