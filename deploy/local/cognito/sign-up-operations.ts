/** How people make themselves a user: sign-up, and the code that confirms it. */
import { randomInt } from 'node:crypto';
import type { JsonObject } from '../json.ts';
import { checkSecretHash } from './app-client.ts';
import { selfGivenAttributes, validationDataMap } from './attributes.ts';
import { CognitoError, notAuthorized, unrecognizableOutput } from './errors.ts';
import { attributes, clientId, password, secretHash, username } from './members.ts';
import { publicOperation } from './operation.ts';
import { checkPassword } from './password-policy.ts';
import { required, text, textMap } from './request-shape.ts';
import type { CognitoService } from './service.ts';
import { type ClientMetadata, postConfirmationEvent, preSignUpEvent } from './trigger-events.ts';
import type { User } from './user-pool.ts';
import type { ClientOfPool } from './user-pools.ts';

const CODE_LIFETIME_MS = 24 * 60 * 60 * 1000;

const nameShape = {
  ClientId: required(clientId()),
  Username: required(username()),
  SecretHash: secretHash(),
  ClientMetadata: textMap(),
};

export const signUpOperations = {
  SignUp: publicOperation(
    {
      ...nameShape,
      Password: password(),
      UserAttributes: attributes(),
      ValidationData: attributes(),
    },
    async (service, input) => {
      const target = service.pools.client(input.ClientId);
      const { pool, client } = target;
      checkSecretHash(client, input.Username, input.SecretHash);
      if (input.Password !== undefined) checkPassword(input.Password);
      const given = selfGivenAttributes(client, input.UserAttributes);
      const identity = pool.identify(input.Username, given);
      const validationData = validationDataMap(input.ValidationData);
      const origin = { pool, client, username: identity.username };
      const { ClientMetadata } = input;
      const event = preSignUpEvent(origin, identity.attributes, validationData, ClientMetadata);
      const response = await service.triggers.runIfAttached(pool, 'PreSignUp', event);
      const decision = readPreSignUp(response ?? {});
      const all = verifiedAttributes(identity.attributes, decision);
      const status = decision.autoConfirmUser ? 'CONFIRMED' : 'UNCONFIRMED';
      const created = pool.create({ ...identity, attributes: all }, status, service.now());
      const user =
        input.Password === undefined
          ? created
          : pool.setPassword(created, input.Password, service.now());
      if (decision.autoConfirmUser) {
        await runPostConfirmation(service, target, user, ClientMetadata);
        return { UserConfirmed: true, UserSub: user.sub };
      }
      return { UserConfirmed: false, UserSub: user.sub, ...sendCode(service, target, user) };
    },
  ),

  ConfirmSignUp: publicOperation(
    { ...nameShape, ConfirmationCode: required(text({ min: 1, max: 2048, pattern: /[\S]+/ })) },
    async (service, input) => {
      const target = service.pools.client(input.ClientId);
      checkSecretHash(target.client, input.Username, input.SecretHash);
      const user = findUnconfirmed(target, input.Username);
      if (user.confirmation === undefined || service.now() >= user.confirmation.expiresAt) {
        throw expiredCode();
      }
      if (user.confirmation.code !== input.ConfirmationCode) {
        const message = 'Invalid verification code provided, please try again.';
        throw new CognitoError('CodeMismatchException', message);
      }
      const verified = new Map([...user.attributes, ['phone_number_verified', 'true']]);
      const changes = {
        status: 'CONFIRMED',
        attributes: verified,
        confirmation: undefined,
      } as const;
      const confirmed = target.pool.update(user, changes, service.now());
      await runPostConfirmation(service, target, confirmed, input.ClientMetadata);
      return {};
    },
  ),

  ResendConfirmationCode: publicOperation(nameShape, (service, input) => {
    const target = service.pools.client(input.ClientId);
    checkSecretHash(target.client, input.Username, input.SecretHash);
    return sendCode(service, target, findUnconfirmed(target, input.Username));
  }),
};

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

/** Sends the pool's own code, where the pool proves phone numbers and the user has one. */
function sendCode(service: CognitoService, { pool }: ClientOfPool, user: User): object {
  const phoneNumber = user.attributes.get('phone_number');
  if (!pool.settings.verifiesPhoneNumber || phoneNumber === undefined) return {};
  const code = String(randomInt(1_000_000)).padStart(6, '0');
  const expiresAt = service.now() + CODE_LIFETIME_MS;
  pool.update(user, { confirmation: { code, expiresAt } }, service.now());
  service.sendSms(phoneNumber, `Your confirmation code is ${code}`);
  return {
    CodeDeliveryDetails: {
      Destination: `+${'*'.repeat(7)}${phoneNumber.slice(-4)}`,
      DeliveryMedium: 'SMS',
      AttributeName: 'phone_number',
    },
  };
}

/** Where the app client hides whether users exist, an unknown one has a code that just expired. */
function findUnconfirmed({ pool, client }: ClientOfPool, name: string): User {
  const user = pool.find(name);
  if (user === undefined) {
    if (client.preventUserExistenceErrors === 'ENABLED') throw expiredCode();
    const message = 'Username/client id combination not found.';
    throw new CognitoError('UserNotFoundException', message);
  }
  if (user.status !== 'UNCONFIRMED') {
    throw notAuthorized(`User cannot be confirmed. Current status is ${user.status}`);
  }
  return user;
}

function expiredCode(): CognitoError {
  const message = 'Invalid code provided, please request a code again.';
  return new CognitoError('ExpiredCodeException', message);
}

async function runPostConfirmation(
  service: CognitoService,
  { pool, client }: ClientOfPool,
  user: User,
  clientMetadata: ClientMetadata,
): Promise<void> {
  const caller = { pool, client, username: user.username, user };
  const event = postConfirmationEvent(caller, clientMetadata);
  await service.triggers.runIfAttached(pool, 'PostConfirmation', event);
}
