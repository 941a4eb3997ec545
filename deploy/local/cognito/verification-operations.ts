/** How signed-in users prove a number or an address: by a code that was sent there. */
import {
  GetUserAttributeVerificationCodeCommand,
  VerifyUserAttributeCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { callerOf } from './access-token.ts';
import { type SignInAttribute, signInAttributes } from './attribute-schema.ts';
import { checkCode, codesWithout, sendCode } from './code-delivery.ts';
import { invalidParameter } from './errors.ts';
import { publicOperation } from './operation.ts';

export const verificationOperations = [
  publicOperation(GetUserAttributeVerificationCodeCommand, async (service, input) => {
    const { pool, user } = await callerOf(service, input.AccessToken);
    const name = verifiable(input.AttributeName);
    if (!user.unverified.has(name) && !user.attributes.has(name)) {
      const what = name === 'email' ? name : 'phone number';
      throw invalidParameter(`User does not have a valid registered ${what}`);
    }
    return { CodeDeliveryDetails: sendCode(service, pool, user, name, name) };
  }),

  publicOperation(VerifyUserAttributeCommand, async (service, input) => {
    const { pool, user } = await callerOf(service, input.AccessToken);
    const name = verifiable(input.AttributeName);
    checkCode(service, user, name, input.Code);
    const waiting = user.unverified.get(name);
    const changes = new Map([[`${name}_verified`, 'true']]);
    if (waiting !== undefined) changes.set(name, waiting);
    const verified = pool.updateAttributes(user, changes, service.now());
    const unverified = new Map([...user.unverified].filter(([held]) => held !== name));
    pool.update(verified, { unverified, codes: codesWithout(user, name) }, service.now());
    return {};
  }),
];

function verifiable(name: string): SignInAttribute {
  const found = signInAttributes.find((known) => known === name);
  if (found !== undefined) return found;
  throw invalidParameter('Invalid attribute name. Only phone_number and email can be verified.');
}
