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
import { UsageError } from '../command-line.ts';
import { answerIfAny, answerTo, CallError } from './aws.ts';
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
 * taken twice. An update sends all settings back, so each is read once more just before its own.
 *
 * @throws CallError, or UsageError for settings that somebody else has changed meanwhile
 */
export async function carryOut(plan: Plan, services: Services): Promise<void> {
  const { pool, clients, permission } = plan;
  const { cognito, lambda, reader } = services;
  if (permission?.what === 'add') {
    const call = lambda.send(new AddPermissionCommand(permissionRequest(permission)));
    await answerTo('lambda:AddPermission', call);
  }
  try {
    if (differs(pool)) {
      checkUnchanged(
        titleOfPool(pool.before),
        pool.before,
        poolUpdate((await reader.pool()).settings),
      );
      const call = cognito.send(new UpdateUserPoolCommand(pool.after));
      await answerTo('cognito-idp:UpdateUserPool', call);
    }
  } catch (error) {
    if (permission?.what === 'add' && !mayBeDone(error)) {
      await takeBack(permission, lambda, error);
    }
    throw error;
  }
  for (const client of clients.filter(differs)) {
    const { settings } = await reader.client(client.before.ClientId ?? '');
    checkUnchanged(titleOfClient(client.before), client.before, clientUpdate(settings));
    const call = cognito.send(new UpdateUserPoolClientCommand(client.after));
    await answerTo('cognito-idp:UpdateUserPoolClient', call);
  }
  if (permission?.what === 'remove') await removePermission(permission, lambda);
}

/** @throws UsageError where an update would take somebody else's change back */
function checkUnchanged(of: string, before: object, now: object): void {
  const settings = changesBetween(before, now).map(({ setting }) => setting);
  if (settings.length === 0) return;
  throw new UsageError(
    `Somebody else has changed ${of} meanwhile (${settings.join(', ')}), and it was left as it is: run this again.`,
  );
}

/** Whether a trigger may call the function, although the call that set it failed. */
function mayBeDone(error: unknown): boolean {
  return !(
    error instanceof UsageError ||
    (error instanceof CallError && error.fault !== 'unreachable')
  );
}

/**
 * @param reason why the permission is of no use.
 * @throws UsageError that tells of both, where it stays
 */
async function takeBack(permission: Permission, lambda: LambdaClient, reason: unknown) {
  try {
    await removePermission(permission, lambda);
  } catch (error) {
    if (!(reason instanceof Error && error instanceof CallError)) throw error;
    throw new UsageError(
      `${reason.message} The permission ${permission.statementId} was added before, and stays: ${error.message}`,
    );
  }
}

/** @throws CallError */
async function removePermission(
  { functionArn, statementId: StatementId }: Permission,
  lambda: LambdaClient,
): Promise<void> {
  const request = { ...addressOf(functionArn), StatementId };
  const call = lambda.send(new RemovePermissionCommand(request));
  await answerIfAny('lambda:RemovePermission', call);
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
