/** Whatever is set of a pool and a client, attaching and detaching leave it as it is. */
import {
  CreateUserPoolClientCommand,
  CreateUserPoolCommand,
  UpdateUserPoolClientCommand,
  UpdateUserPoolCommand,
  type UserPoolClientType,
  type UserPoolType,
} from '@aws-sdk/client-cognito-identity-provider';
import { LambdaClient } from '@aws-sdk/client-lambda';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { modelOf, type Structure } from '../../../deploy/local/cognito/model.ts';
import { isJsonObject, type JsonObject } from '../../../deploy/local/json.ts';
import { planAttachment } from '../../../deploy/pool/attachment.ts';
import { planWayBack } from '../../../deploy/pool/backup.ts';
import { carryOut, differencesFrom } from '../../../deploy/pool/plan.ts';
import { PoolReader } from '../../../deploy/pool/pool-reader.ts';
import { clientUpdate, poolUpdate } from '../../../deploy/pool/updates.ts';
import { arn, CLIENT, POOL_OPTIONS } from '../local/contract/all-settings.ts';
import { sdkClient, start } from '../local/running.ts';

const OURS = arn('phone-otp');

/** Any of these settings, with what the model says can't be without. */
function anyOf({ members }: Structure, settings: JsonObject): fc.Arbitrary<JsonObject> {
  const given = members.filter(({ name }) => name in settings);
  const values = given.map(({ name, shape }) => {
    const value = settings[name] ?? null;
    const isPart = shape.kind === 'structure' && isJsonObject(value);
    return [name, isPart ? anyOf(shape, value) : fc.constant(value)] as const;
  });
  const requiredKeys = given.filter(({ required }) => required).map(({ name }) => name);
  return fc.record(Object.fromEntries(values), { requiredKeys, noNullPrototype: true });
}

const poolSettings = anyOf(modelOf(UpdateUserPoolCommand).input, POOL_OPTIONS)
  // Only what is verified by itself can be held back until it is.
  .map((pool) => ({ ...pool, AutoVerifiedAttributes: POOL_OPTIONS.AutoVerifiedAttributes }));
const clientSettings = anyOf(modelOf(UpdateUserPoolClientCommand).input, CLIENT).map((client) => ({
  ...client,
  TokenValidityUnits: CLIENT.TokenValidityUnits,
}));

async function createWorld(url: string, pool: object, client: object) {
  const cognito = sdkClient(url);
  const created = await cognito.send(new CreateUserPoolCommand({ PoolName: 'theirs', ...pool }));
  const UserPoolId = created.UserPool?.Id ?? '';
  const added = await cognito.send(
    new CreateUserPoolClientCommand({ ClientName: 'theirs', ...client, UserPoolId }),
  );
  const ClientId = added.UserPoolClient?.ClientId ?? '';
  const reader = new PoolReader(cognito, UserPoolId);
  const services = { cognito, reader, lambda: new LambdaClient({ region: 'us-east-1' }) };
  const read = async () => ({
    pool: (await reader.pool()).settings,
    client: (await reader.client(ClientId)).settings,
  });
  return { services, read };
}

/** All but when it was changed, and the name of a setting that has another one. */
function comparable({ pool, client }: { pool: UserPoolType; client: UserPoolClientType }) {
  const { LastModifiedDate: _, LambdaConfig: triggers, AdminCreateUserConfig, ...rest } = pool;
  const { UnusedAccountValidityDays: __, ...invitations } = AdminCreateUserConfig ?? {};
  const { LastModifiedDate: ___, ...settings } = client;
  return { triggers, pool: { ...rest, invitations }, client: settings };
}

async function attachAndDetach(url: string, pool: object, client: object, mendClients: boolean) {
  const { services, read } = await createWorld(url, pool, client);
  const before = await read();
  const wishes = { preSignUp: true, replace: true, mendClients };
  const plan = planAttachment(
    {
      pool: before.pool,
      clients: [before.client],
      functionArn: OURS,
      sessionMinutes: 5,
      statements: [{ id: 'ours', poolArn: before.pool.Arn }],
      secondFactors: undefined,
    },
    wishes,
  );
  await carryOut(plan, services);
  expect(await differencesFrom(plan, services)).toEqual([]);
  const attached = await read();
  const now = {
    pool: poolUpdate(attached.pool),
    clients: [clientUpdate(attached.client)],
    secondFactors: undefined,
    isPermitted: true,
  };
  const back = planWayBack(plan, now, false);
  await carryOut(back.plan, services);
  expect(await differencesFrom(back.plan, services)).toEqual([]);
  return { before, attached, detached: await read(), notes: back.notes };
}

const TRIGGERS = {
  DefineAuthChallenge: OURS,
  CreateAuthChallenge: OURS,
  VerifyAuthChallengeResponse: OURS,
  PreSignUp: OURS,
};

describe('Attaching, and detaching again', () => {
  it('changes nothing but triggers of a pool and a client in which all is set', async () => {
    const { endpoint } = await start();
    const outcome = await attachAndDetach(endpoint.url, POOL_OPTIONS, CLIENT, false);
    const { before, attached, detached } = outcome;
    expect(comparable(attached)).toEqual({
      ...comparable(before),
      triggers: { ...before.pool.LambdaConfig, ...TRIGGERS },
    });
    expect(comparable(detached)).toEqual(comparable(before));
  });

  it('does so whatever is set', async () => {
    const { endpoint } = await start();
    await fc.assert(
      fc.asyncProperty(
        poolSettings,
        clientSettings,
        fc.boolean(),
        async (pool, client, mendClients) => {
          const outcome = await attachAndDetach(endpoint.url, pool, client, mendClients);
          const [before, attached] = [comparable(outcome.before), comparable(outcome.attached)];
          expect(attached.pool).toEqual(before.pool);
          expect(attached.triggers).toEqual({ ...before.triggers, ...TRIGGERS });
          if (!mendClients) expect(attached.client).toEqual(before.client);
          expect(comparable(outcome.detached)).toEqual(before);
          expect(outcome.notes).toEqual([]);
        },
      ),
      { numRuns: 40 },
    );
  });
});
