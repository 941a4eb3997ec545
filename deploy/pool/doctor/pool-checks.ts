/** What should be so of a user pool and its app clients. */
import type { UserPoolClientType, UserPoolType } from '@aws-sdk/client-cognito-identity-provider';
import { typed } from '../../command-line.ts';
import { customAuthTriggers } from '../../local/cognito/trigger-names.ts';
import { allowsCodes, neededSessionMinutes, otherWaysIn, signInFaults } from '../client-rules.ts';
import type { PoolReader } from '../pool-reader.ts';
import { type Finding, good, note, toMend } from './finding.ts';

/** What the checks of a pool go by. */
export interface PoolContext {
  readonly userPoolId: string;
  /** The function's ARN or, where that can't be read, the name that the caller gave; undefined where nobody named one. */
  readonly functionName: string | undefined;
  /** The function's environment; undefined where it can't be read. */
  readonly environment: Readonly<Record<string, string>> | undefined;
}

/** How to have a pool and its clients set right. */
export function attachCommand(
  { userPoolId, functionName = '<ARN>' }: PoolContext,
  ...more: string[]
): string {
  return [typed('attach'), `--user-pool ${userPoolId} --function ${functionName}`, ...more].join(
    ' ',
  );
}

export function checkTriggers(pool: UserPoolType, context: PoolContext): readonly Finding[] {
  const { functionName } = context;
  return customAuthTriggers.map((trigger) => {
    const subject = `trigger ${trigger}`;
    const called = pool.LambdaConfig?.[trigger];
    if (called === undefined) {
      return toMend(subject, 'calls nothing, and should call the function', attachCommand(context));
    }
    if (functionName === undefined || isNamed(called, functionName)) {
      return good(subject, `calls ${called}`);
    }
    const other = isSameFunction(called, functionName) ? ', another version of it' : '';
    const says = `calls ${called}${other}, and should call ${functionName}`;
    return toMend(subject, says, attachCommand(context, '--replace'));
  });
}

/** A function may be named without the rest of its ARN. */
function isNamed(arn: string, functionName: string): boolean {
  return arn === functionName || arn.split(':').slice(6).join(':') === functionName;
}

/** Whether only versions or aliases differ. */
function isSameFunction(arn: string, functionName: string): boolean {
  const nameIn = (id: string) => (id.startsWith('arn:') ? id.split(':')[6] : id.split(':')[0]);
  return nameIn(arn) === nameIn(functionName);
}

/** A pool keeps for good by what its users go; not every way brings a number along. */
export function checkUsernames(pool: UserPoolType): readonly Finding[] {
  const { UsernameAttributes: usernames = [], AliasAttributes: aliases = [] } = pool;
  const subject = 'user pool';
  if (usernames.includes('phone_number')) return [good(subject, 'knows users by phone number')];
  if (usernames.length > 0) {
    return [note(subject, 'knows users by e-mail address: who has no phone_number gets no SMS')];
  }
  if (aliases.includes('phone_number')) {
    const says = 'knows a phone number as an alias, once it is verified; before, by the username';
    return [note(subject, says)];
  }
  return [note(subject, 'knows users by username: who has no phone_number gets no SMS')];
}

/**
 * Cognito's own choice is Essentials, which other parts of the app may need.
 *
 * @see https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-sign-in-feature-plans.html
 */
export function checkPlan({ UserPoolTier: plan }: UserPoolType): readonly Finding[] {
  const subject = 'user pool';
  return plan === 'LITE'
    ? [good(subject, 'is of the plan Lite')]
    : [
        note(
          subject,
          `is of the plan ${plan ?? 'Essentials'}: this function needs Lite alone, at less than half its price a user`,
        ),
      ];
}

/** Clients that the caller named sign users in by code; unnamed ones do where they can. */
export async function checkClients(
  reader: PoolReader,
  named: readonly string[],
  context: PoolContext,
): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  const ids = new Set([...named, ...(await reader.clientIds())]);
  for (const id of ids) {
    const { settings: client } = await reader.client(id);
    const isMeant = named.length === 0 ? allowsCodes(client) : named.includes(id);
    findings.push(...checkClient(client, isMeant, context));
  }
  const isAny = findings.length > 0;
  return isAny ? findings : [note('app clients', 'none begins a sign-in by code')];
}

function checkClient(
  client: UserPoolClientType,
  isMeant: boolean,
  context: PoolContext,
): readonly Finding[] {
  const { ClientName, ClientId } = client;
  const { environment = {} } = context;
  const subject = `app client ${ClientName} (${ClientId})`;
  if (isMeant) {
    const faults = signInFaults(client, neededSessionMinutes(environment));
    if (faults.length === 0) return [good(subject, 'signs users in by code alone')];
    const mend = attachCommand(context, `--client ${ClientId} --mend-clients`);
    return [toMend(subject, faults.join('; it '), mend)];
  }
  if (environment.CONFIRM_PHONE !== 'true') return [];
  const faults = otherWaysIn(client);
  if (faults.length === 0) return [];
  const says = `${faults.join('; it ')}, while the function has CONFIRM_PHONE=true`;
  return [toMend(subject, says, `see ${typed('check-clients')} --help`)];
}
