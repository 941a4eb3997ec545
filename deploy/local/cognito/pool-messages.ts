/** The words of the messages that a pool sends of its own. */
import type { UserPoolType } from '@aws-sdk/client-cognito-identity-provider';
import { invalidParameter } from './errors.ts';
import type { PoolOptions } from './pool-options.ts';
import type { Checked } from './request-shape.ts';

export type Medium = 'SMS' | 'EMAIL';

export interface PoolMessage {
  /** Of a mail. */
  readonly subject: string;
  readonly text: string;
}

/** The message that brings a code. */
export function codeMessage(options: PoolOptions, medium: Medium, code: string): PoolMessage {
  const { sms, email, subject = 'Your verification code' } = verificationWords(options);
  const text = medium === 'SMS' ? sms : email;
  return { subject, text: filled(text ?? 'Your confirmation code is {####}', code) };
}

/** Whichever of their two names the words were set by, they are shown by both. */
export function describeMessages(options: PoolOptions): Checked<Partial<UserPoolType>> {
  const { sms, email, subject } = verificationWords(options);
  return {
    SmsVerificationMessage: sms,
    EmailVerificationMessage: email,
    EmailVerificationSubject: subject,
    VerificationMessageTemplate: {
      DefaultEmailOption: 'CONFIRM_WITH_CODE',
      SmsMessage: sms,
      EmailMessage: email,
      EmailSubject: subject,
    },
  };
}

/** The message that tells someone of the user made for them. */
export function invitation(
  options: PoolOptions,
  medium: Medium,
  username: string,
  password: string,
): PoolMessage {
  const template = options.AdminCreateUserConfig?.InviteMessageTemplate;
  const text = medium === 'SMS' ? template?.SMSMessage : template?.EmailMessage;
  const words = text ?? 'Your username is {username} and temporary password is {####}';
  return {
    subject: template?.EmailSubject ?? 'Your temporary password',
    text: filled(words, password).replaceAll('{username}', () => username),
  };
}

/**
 * The same words have two names, so that a caller may give one or both.
 * @throws CognitoError InvalidParameterException where they differ
 */
export function checkMessages(options: PoolOptions): void {
  const template = options.VerificationMessageTemplate;
  const twice = [
    ['SmsVerificationMessage', template?.SmsMessage],
    ['EmailVerificationMessage', template?.EmailMessage],
    ['EmailVerificationSubject', template?.EmailSubject],
  ] as const;
  for (const [name, other] of twice) {
    const one = options[name];
    if (one !== undefined && other !== undefined && one !== other) {
      throw invalidParameter(`${name} and VerificationMessageTemplate say different things.`);
    }
  }
}

function verificationWords({ VerificationMessageTemplate: template, ...options }: PoolOptions) {
  return {
    sms: options.SmsVerificationMessage ?? template?.SmsMessage,
    email: options.EmailVerificationMessage ?? template?.EmailMessage,
    subject: options.EmailVerificationSubject ?? template?.EmailSubject,
  };
}

function filled(words: string, secret: string): string {
  return words.replaceAll('{####}', () => secret);
}
