/** A change of a pool, its app clients and the function's policy: told, carried out, and read back. */
import {
  type CognitoIdentityProviderClient,
  UpdateUserPoolClientCommand,
  type UpdateUserPoolClientRequest,
  UpdateUserPoolCommand,
  type UpdateUserPoolRequest,
} from '@aws-sdk/client-cognito-identity-provider';
import {
  AddPermissionCommand,
  type LambdaClient,
  RemovePermissionCommand,
} from '@aws-sdk/client-lambda';
import { answerIfAny, answerTo } from './aws.ts';
import { type Change, changesBetween } from './changes.ts';
import type { PoolReader } from './pool-reader.ts';
import { addressOf, COGNITO, cognitoStatements } from './trigger-function.ts';
import { clientUpdate, poolUpdate } from './updates.ts';

/** Settings as they are and as they are to be, each a whole update. */
export interface Step<Update> {
  readonly before: Update;
  readonly after: Update;
}

/** The statement by which a function lets one pool call it. */
export interface Permission {
  readonly what: 'add' | 'remove';
  readonly functionArn: string;
  readonly statementId: string;
  readonly poolArn: string;
}

export interface Plan {
  readonly pool: Step<UpdateUserPoolRequest>;
  readonly clients: readonly Step<UpdateUserPoolClientRequest>[];
  readonly permission: Permission | undefined;
  /** The second factors that the pool asks for, which no step is to touch. */
  readonly secondFactors: object | undefined;
}

/** The changes to one thing. */
export interface ChangesOf {
  /** Such as `app client web (1example)`. */
  readonly of: string;
  readonly changes: readonly Change[];
}

export interface Services {
  readonly cognito: CognitoIdentityProviderClient;
  readonly lambda: LambdaClient;
  readonly reader: PoolReader;
}

/** All that a plan changes; nothing where all is as it should be. */
export function changesIn({ pool, clients, permission }: Plan): readonly ChangesOf[] {
  return [
    ...permissionChange(permission),
    changes(titleOfPool(pool.before), pool.before, pool.after),
    ...clients.map(({ before, after }) => changes(titleOfClient(before), before, after)),
  ].filter(({ changes }) => changes.length > 0);
}

export function titleOfClient({
  ClientName,
  ClientId,
}: Partial<UpdateUserPoolClientRequest>): string {
  return `app client ${ClientName} (${ClientId})`;
}

/**
 * A function may be called before any trigger names it, and until none does. Every step can be
 * taken twice.
 *
 * @throws CallError
 */
export async function carryOut(plan: Plan, { cognito, lambda }: Services): Promise<void> {
  const { pool, clients, permission } = plan;
  if (permission?.what === 'add') {
    const call = lambda.send(new AddPermissionCommand(permissionRequest(permission)));
    await answerTo('lambda:AddPermission', call);
  }
  if (differs(pool)) {
    const call = cognito.send(new UpdateUserPoolCommand(pool.after));
    await answerTo('cognito-idp:UpdateUserPool', call);
  }
  for (const client of clients.filter(differs)) {
    const call = cognito.send(new UpdateUserPoolClientCommand(client.after));
    await answerTo('cognito-idp:UpdateUserPoolClient', call);
  }
  if (permission?.what === 'remove') {
    const { functionArn, statementId: StatementId } = permission;
    const request = { ...addressOf(functionArn), StatementId };
    const call = lambda.send(new RemovePermissionCommand(request));
    await answerIfAny('lambda:RemovePermission', call);
  }
}

/**
 * What is not as planned, once a plan was carried out.
 *
 * @throws CallError
 */
export async function differencesFrom(
  plan: Plan,
  { reader, lambda }: Services,
): Promise<readonly ChangesOf[]> {
  const { settings: pool } = await reader.pool();
  const differences = [
    changes(titleOfPool(plan.pool.after), plan.pool.after, poolUpdate(pool)),
    changes('second factors', plan.secondFactors ?? {}, (await reader.secondFactors(pool)) ?? {}),
  ];
  for (const { after } of plan.clients) {
    const { settings: client } = await reader.client(after.ClientId ?? '');
    differences.push(changes(titleOfClient(after), after, clientUpdate(client)));
  }
  if (plan.permission !== undefined) {
    const { functionArn, statementId, what } = plan.permission;
    const statements = await cognitoStatements(lambda, functionArn);
    const isThere = statements.some(({ id }) => id === statementId);
    if (isThere !== (what === 'add')) differences.push(...permissionChange(plan.permission));
  }
  return differences.filter(({ changes }) => changes.length > 0);
}

function changes(of: string, before: object, after: object): ChangesOf {
  return { of, changes: changesBetween(before, after) };
}

function differs({ before, after }: Step<object>): boolean {
  return changesBetween(before, after).length > 0;
}

function titleOfPool({ PoolName, UserPoolId }: UpdateUserPoolRequest): string {
  return `user pool ${PoolName} (${UserPoolId})`;
}

function permissionChange(permission: Permission | undefined): readonly ChangesOf[] {
  if (permission === undefined) return [];
  const { what, functionArn, statementId, poolArn } = permission;
  const statement = `${COGNITO} may invoke it for ${poolArn}`;
  const setting = `policy.${statementId}`;
  const [from, to] = what === 'add' ? [undefined, statement] : [statement, undefined];
  return [{ of: `function ${functionArn}`, changes: [{ setting, from, to }] }];
}

function permissionRequest({ functionArn, statementId, poolArn }: Permission) {
  return {
    ...addressOf(functionArn),
    StatementId: statementId,
    Action: 'lambda:InvokeFunction',
    Principal: COGNITO,
    SourceArn: poolArn,
    SourceAccount: poolArn.split(':')[4],
  };
}
