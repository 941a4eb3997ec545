/** How people make themselves a user: sign-up, and the code that confirms it. */
import {
  type CodeDeliveryDetailsType,
  ConfirmSignUpCommand,
  ResendConfirmationCodeCommand,
  SignUpCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import type { JsonObject } from '../json.ts';
import { checkSecretHash } from './app-client.ts';
import { selfGivenAttributes, validationDataMap } from './attributes.ts';
import { findNamed, findRecipient } from './caller.ts';
import {
  checkCode,
  codesWithout,
  confirmableAttribute,
  decoyDelivery,
  expiredCode,
  sendCode,
} from './code-delivery.ts';
import { invalidParameter, missingMember, notAuthorized, unrecognizableOutput } from './errors.ts';
import { publicOperation } from './operation.ts';
import { checkPassword } from './password-policy.ts';
import { passwordPolicyOf } from './pool-options.ts';
import type { CognitoService } from './service.ts';
import { postConfirmationEvent, preSignUpEvent } from './trigger-events.ts';
import type { User } from './user.ts';
import type { UserPool } from './user-pool.ts';
import type { ClientOfPool } from './user-pools.ts';

export const signUpOperations = [
  publicOperation(SignUpCommand, async (service, input) => {
    const target = service.pools.client(input.ClientId);
    const { pool, client } = target;
    checkSecretHash(client, input.Username, input.SecretHash);
    checkSignUpAllowed(pool);
    const { Password, ClientMetadata } = input;
    // Optional only where a pool lets users in by codes of its own, or by passkeys: none here does.
    if (Password === undefined) throw missingMember('password');
    checkPassword(passwordPolicyOf(pool.settings.options), Password);
    const given = selfGivenAttributes(target, input.UserAttributes);
    const identity = pool.identify(input.Username, given);
    pool.settings.schema.checkComplete(identity.attributes);
    const validationData = validationDataMap(input.ValidationData);
    const origin = { pool, client, username: identity.username };
    const event = preSignUpEvent(origin, identity.attributes, validationData, ClientMetadata);
    const response = await service.triggers.runIfAttached(pool, 'PreSignUp', event);
    const decision = readPreSignUp(response ?? {});
    const all = verifiedAttributes(identity.attributes, decision);
    const status = decision.autoConfirmUser ? 'CONFIRMED' : 'UNCONFIRMED';
    // What the trigger vouches for moves here from whoever had it.
    const created = pool.create({ ...identity, attributes: all }, status, service.now(), 'move');
    const user = pool.setPassword(created, Password, service.now());
    if (decision.autoConfirmUser) {
      const event = postConfirmationEvent(target, user, 'ConfirmSignUp', ClientMetadata);
      await service.triggers.runIfAttached(pool, 'PostConfirmation', event);
      return { UserConfirmed: true, UserSub: user.sub };
    }
    return {
      UserConfirmed: false,
      UserSub: user.sub,
      CodeDeliveryDetails: sendConfirmation(service, pool, user),
    };
  }),

  publicOperation(ConfirmSignUpCommand, async (service, input) => {
    const target = service.pools.client(input.ClientId);
    const { pool } = target;
    checkSecretHash(target.client, input.Username, input.SecretHash);
    const user = findUnconfirmed(target, input.Username);
    const attribute = checkCode(service, user, 'sign-up', input.ConfirmationCode);
    const verified = pool.updateAttributes(
      user,
      new Map([[`${attribute}_verified`, 'true']]),
      service.now(),
      input.ForceAliasCreation === true ? 'move' : 'refuse',
    );
    const codes = codesWithout(user, 'sign-up');
    const confirmed = pool.update(verified, { status: 'CONFIRMED', codes }, service.now());
    const event = postConfirmationEvent(target, confirmed, 'ConfirmSignUp', input.ClientMetadata);
    await service.triggers.runIfAttached(pool, 'PostConfirmation', event);
    return {};
  }),

  publicOperation(ResendConfirmationCodeCommand, (service, input) => {
    const target = service.pools.client(input.ClientId);
    checkSecretHash(target.client, input.Username, input.SecretHash);
    const user = findRecipient(target, input.Username);
    // Nobody learns from this call that there is no such user.
    if (user === undefined) return { CodeDeliveryDetails: decoyDelivery(input.Username) };
    if (user.status !== 'UNCONFIRMED') throw invalidParameter('User is already confirmed.');
    const CodeDeliveryDetails = sendConfirmation(service, target.pool, user);
    if (CodeDeliveryDetails === undefined) {
      throw notAuthorized('Cannot resend codes. Auto verification not turned on.');
    }
    return { CodeDeliveryDetails };
  }),
];

function checkSignUpAllowed({ settings }: UserPool): void {
  if (settings.options.AdminCreateUserConfig?.AllowAdminCreateUserOnly === true) {
    throw notAuthorized('SignUp is not permitted for this user pool');
  }
}

interface PreSignUpDecision {
  readonly autoConfirmUser: boolean;
  readonly autoVerifyEmail: boolean;
  readonly autoVerifyPhone: boolean;
}

function readPreSignUp(response: JsonObject): PreSignUpDecision {
  const flag = (name: keyof PreSignUpDecision) => {
    const value = response[name] ?? false;
    if (typeof value === 'boolean') return value;
    throw unrecognizableOutput(`response.${name} must be a boolean`);
  };
  return {
    autoConfirmUser: flag('autoConfirmUser'),
    autoVerifyEmail: flag('autoVerifyEmail'),
    autoVerifyPhone: flag('autoVerifyPhone'),
  };
}

function verifiedAttributes(
  attributes: ReadonlyMap<string, string>,
  decision: PreSignUpDecision,
): ReadonlyMap<string, string> {
  const all = new Map(attributes);
  const wishes = [
    ['phone_number', decision.autoVerifyPhone],
    ['email', decision.autoVerifyEmail],
  ] as const;
  for (const [name, verify] of wishes) {
    if (!all.has(name)) {
      if (verify) throw unrecognizableOutput(`there is no ${name} to verify`);
      continue;
    }
    all.set(`${name}_verified`, String(verify));
  }
  return all;
}

/** Undefined where the pool verifies nothing that the user has: nothing is sent then. */
function sendConfirmation(
  service: CognitoService,
  pool: UserPool,
  user: User,
): CodeDeliveryDetailsType | undefined {
  const attribute = confirmableAttribute(pool, user);
  return attribute && sendCode(service, pool, user, 'sign-up', attribute);
}

/** Where the app client hides whether users exist, an unknown one has a code that just expired. */
function findUnconfirmed(target: ClientOfPool, name: string): User {
  const user = findNamed(target, name);
  if (user === undefined) throw expiredCode();
  if (user.status !== 'UNCONFIRMED') {
    throw notAuthorized(`User cannot be confirmed. Current status is ${user.status}`);
  }
  return user;
}
