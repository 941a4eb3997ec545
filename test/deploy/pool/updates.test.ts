/**
 * A described pool or client becomes an update in which nothing is missing: held against the SDK's
 * model, so that a member that AWS adds fails a test until something is done about it.
 */
import {
  DescribeUserPoolClientCommand,
  DescribeUserPoolCommand,
  UpdateUserPoolClientCommand,
  UpdateUserPoolCommand,
  type UserPoolClientType,
  type UserPoolType,
} from '@aws-sdk/client-cognito-identity-provider';
import { describe, expect, it } from 'vitest';
import { modelOf, type Shape, type Structure } from '../../../deploy/local/cognito/model.ts';
import type { Json } from '../../../deploy/local/json.ts';
import { clientUpdate, LEFT_OUT, poolUpdate } from '../../../deploy/pool/updates.ts';
import { leavesIn, leavesOf } from '../local/contract/model.ts';

/** What a description tells and no update takes. */
const NOT_TAKEN = {
  pool: {
    Id: 'is called UserPoolId',
    Name: 'is called PoolName',
    Arn: 'follows from the id',
    Status: 'is no longer used by Cognito',
    CreationDate: 'happened',
    LastModifiedDate: 'is set by the update itself',
    EstimatedNumberOfUsers: 'is counted',
    SchemaAttributes: 'is settled when a pool is made, and grows by AddCustomAttributes',
    AliasAttributes: 'is settled when a pool is made',
    UsernameAttributes: 'is settled when a pool is made',
    UsernameConfiguration: 'is settled when a pool is made',
    Domain: 'has calls of its own, and stays',
    CustomDomain: 'has calls of its own, and stays',
    SmsConfigurationFailure: 'tells of a fault',
    EmailConfigurationFailure: 'tells of a fault',
  },
  client: {
    ClientSecret: 'stays as it is',
    ClientType: 'is settled when a client is made',
    CreationDate: 'happened',
    LastModifiedDate: 'is set by the update itself',
  },
};

const requests = {
  pool: modelOf(UpdateUserPoolCommand).input,
  client: modelOf(UpdateUserPoolClientCommand).input,
};
const descriptions = {
  pool: described(modelOf(DescribeUserPoolCommand).output),
  client: described(modelOf(DescribeUserPoolClientCommand).output),
};

function described({ members: [member] }: Structure): Structure {
  if (member?.shape.kind !== 'structure') throw new Error('A description has one structure');
  return member.shape;
}

/** A value for every member there is. */
function everything(shape: Shape): Json {
  switch (shape.kind) {
    case 'text':
      return 'text';
    case 'integer':
    case 'time':
      return 7;
    case 'flag':
      return true;
    case 'list':
      return [everything(shape.element)];
    case 'map':
      return { key: everything(shape.element) };
    case 'structure':
      return Object.fromEntries(shape.members.map((m) => [m.name, everything(m.shape)]));
  }
}

const names = ({ members }: Structure) => members.map(({ name }) => name);
const wholePool = everything(descriptions.pool) as UserPoolType;
const wholeClient = everything(descriptions.client) as UserPoolClientType;

describe('An update that changes nothing', () => {
  it.each(['pool', 'client'] as const)('has every member that there is for a %s', (kind) => {
    const update = kind === 'pool' ? poolUpdate(wholePool) : clientUpdate(wholeClient);
    const leaves = leavesOf(requests[kind]).filter((path) => !(path in LEFT_OUT));
    expect(leavesIn(update as never, requests[kind])).toEqual(leaves);
    expect(Object.keys(update).sort()).toEqual(names(requests[kind]).sort());
  });

  it.each(['pool', 'client'] as const)('tells all of a %s that is described', (kind) => {
    const taken = names(requests[kind]);
    const rest = names(descriptions[kind]).filter((name) => !taken.includes(name));
    expect(rest.sort()).toEqual(Object.keys(NOT_TAKEN[kind]).sort());
  });

  it('leaves nothing out that an update does not know', () => {
    const known = leavesOf(requests.pool);
    expect(Object.keys(LEFT_OUT).filter((path) => !known.includes(path))).toEqual([]);
  });

  it('takes values over as they are', () => {
    const { Id, Name, ...pool } = wholePool;
    expect(poolUpdate(wholePool)).toMatchObject({
      UserPoolId: Id,
      PoolName: Name,
      Policies: pool.Policies,
      SmsConfiguration: pool.SmsConfiguration,
      UserPoolTags: pool.UserPoolTags,
    });
    const { ClientSecret: _, ...client } = wholeClient;
    expect(client).toMatchObject(clientUpdate(wholeClient));
  });

  it('says nothing of what is not set', () => {
    expect(poolUpdate({ Id: 'eu-west-1_a' })).toEqual({ UserPoolId: 'eu-west-1_a' });
    const client = { UserPoolId: 'eu-west-1_a', ClientId: 'b' };
    expect(clientUpdate(client)).toEqual(client);
  });
});

describe('An update does not meet a refusal that Cognito has for what it shows itself', () => {
  const Policies = { PasswordPolicy: { TemporaryPasswordValidityDays: 7 } };

  it('says once how long a temporary password is good', () => {
    const AdminCreateUserConfig = { AllowAdminCreateUserOnly: true, UnusedAccountValidityDays: 7 };
    expect(poolUpdate({ Policies, AdminCreateUserConfig })).toEqual({
      Policies,
      AdminCreateUserConfig: { AllowAdminCreateUserOnly: true },
    });
    expect(poolUpdate({ AdminCreateUserConfig })).toEqual({ AdminCreateUserConfig });
  });

  it('has one wording for each message: the template, where the older name has another', () => {
    const VerificationMessageTemplate = { SmsMessage: 'A {####}', EmailSubject: 'A' };
    const words = {
      SmsVerificationMessage: 'A {####}',
      EmailVerificationMessage: 'B {####}',
      EmailVerificationSubject: 'B',
    };
    expect(poolUpdate({ VerificationMessageTemplate, ...words })).toEqual({
      VerificationMessageTemplate,
      SmsVerificationMessage: 'A {####}',
      EmailVerificationMessage: 'B {####}',
    });
  });

  it('names one function for pre token generation', () => {
    const PreTokenGenerationConfig = { LambdaArn: 'new', LambdaVersion: 'V2_0' } as const;
    const LambdaConfig = { PreTokenGeneration: 'old', PreTokenGenerationConfig };
    expect(poolUpdate({ LambdaConfig }).LambdaConfig).toEqual({
      PreTokenGeneration: 'new',
      PreTokenGenerationConfig,
    });
  });

  it("leaves AWS's own tags to AWS", () => {
    const UserPoolTags = { stage: 'live', 'aws:cloudformation:stack-name': 'users' };
    expect(poolUpdate({ UserPoolTags })).toEqual({ UserPoolTags: { stage: 'live' } });
  });
});
