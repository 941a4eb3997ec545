/** What signed-in users do with their access token: read and change themselves, sign out. */
import { callerOf } from './access-token.ts';
import { describeAttributes, selfGivenAttributes } from './attributes.ts';
import { CognitoError } from './errors.ts';
import { attributes, clientId, token } from './members.ts';
import { publicOperation } from './operation.ts';
import { required, text } from './request-shape.ts';

const accessTokenShape = { AccessToken: required(token()) };

export const selfServiceOperations = {
  GetUser: publicOperation(accessTokenShape, async (service, input) => {
    const { user } = await callerOf(service, input.AccessToken);
    return { Username: user.username, UserAttributes: describeAttributes(user) };
  }),

  UpdateUserAttributes: publicOperation(
    { ...accessTokenShape, UserAttributes: required(attributes()) },
    async (service, input) => {
      const { pool, client, user } = await callerOf(service, input.AccessToken);
      const changes = selfGivenAttributes(client, input.UserAttributes);
      pool.updateAttributes(user, changes, service.now());
      return {};
    },
  ),

  GlobalSignOut: publicOperation(accessTokenShape, async (service, input) => {
    const { pool, user } = await callerOf(service, input.AccessToken);
    service.signIns.revokeAllOf(pool, user, service.now());
    return {};
  }),

  RevokeToken: publicOperation(
    {
      Token: required(token()),
      ClientId: required(clientId()),
      ClientSecret: text({ min: 1, max: 64, pattern: /[\w+]+/, sensitive: true }),
    },
    (service, input) => {
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
    },
  ),
};
