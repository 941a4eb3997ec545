/** What signed-in users do with their access token: read and change themselves, sign out. */
import {
  DeleteUserAttributesCommand,
  DeleteUserCommand,
  GetUserCommand,
  GlobalSignOutCommand,
  RevokeTokenCommand,
  UpdateUserAttributesCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { callerOf } from './access-token.ts';
import { changeAttributes } from './attribute-changes.ts';
import {
  checkWritable,
  describeAttributes,
  readableAttributes,
  selfGivenAttributes,
} from './attributes.ts';
import { CognitoError } from './errors.ts';
import { publicOperation } from './operation.ts';

export const selfServiceOperations = [
  publicOperation(GetUserCommand, async (service, input) => {
    const { pool, client, user } = await callerOf(service, input.AccessToken);
    const readable = readableAttributes(client, pool.settings.schema, user);
    return { Username: user.username, UserAttributes: describeAttributes(user, readable) };
  }),

  publicOperation(UpdateUserAttributesCommand, async (service, input) => {
    const caller = await callerOf(service, input.AccessToken);
    const { pool, user } = caller;
    const changes = selfGivenAttributes(caller, input.UserAttributes);
    const sent = changeAttributes(service, pool, user, changes);
    return sent.length === 0 ? {} : { CodeDeliveryDetailsList: sent };
  }),

  publicOperation(DeleteUserAttributesCommand, async (service, input) => {
    const caller = await callerOf(service, input.AccessToken);
    checkWritable(caller, input.UserAttributeNames);
    caller.pool.removeAttributes(caller.user, input.UserAttributeNames, service.now());
    return {};
  }),

  publicOperation(DeleteUserCommand, async (service, input) => {
    const { pool, user } = await callerOf(service, input.AccessToken);
    pool.delete(user);
    return {};
  }),

  publicOperation(GlobalSignOutCommand, async (service, input) => {
    const { pool, user } = await callerOf(service, input.AccessToken);
    service.signIns.revokeAllOf(pool, user, service.now());
    return {};
  }),

  publicOperation(RevokeTokenCommand, (service, input) => {
    const { client } = service.pools.client(input.ClientId);
    if (client.secret !== undefined && client.secret !== input.ClientSecret) {
      throw new CognitoError('UnauthorizedException', 'Invalid client secret');
    }
    if (!client.enableTokenRevocation) {
      const message = 'Token revocation is not enabled for the client';
      throw new CognitoError('UnsupportedOperationException', message);
    }
    if (input.Token.split('.').length === 3) {
      throw new CognitoError('UnsupportedTokenTypeException', 'Unsupported token type');
    }
    const signIn = service.signIns.ofRefreshToken(input.Token)?.signIn;
    // A token nobody knows is as good as revoked, as RFC 7009 has it.
    if (signIn === undefined) return {};
    if (signIn.clientId !== client.id) {
      throw new CognitoError('UnauthorizedException', 'Token was issued to another client');
    }
    service.signIns.revoke(signIn);
    return {};
  }),
];
