/** What is to change so that a pool's triggers call the function. */
import type {
  LambdaConfigType,
  UserPoolClientType,
  UserPoolType,
} from '@aws-sdk/client-cognito-identity-provider';
import { UsageError } from '../command-line.ts';
import { customAuthTriggers } from '../local/cognito/trigger-names.ts';
import { mended } from './client-rules.ts';
import type { Permission, Plan } from './plan.ts';
import type { CognitoStatement } from './trigger-function.ts';
import { clientUpdate, poolUpdate } from './updates.ts';

/** What is there. */
export interface Found {
  readonly pool: UserPoolType;
  readonly secondFactors: object | undefined;
  /** Those that the caller named. */
  readonly clients: readonly UserPoolClientType[];
  readonly functionArn: string;
  /** How long the sessions of clients must be at least. */
  readonly sessionMinutes: number;
  readonly statements: readonly CognitoStatement[];
}

/** What the caller wants. */
export interface Wishes {
  readonly preSignUp: boolean;
  /** Whether another function may lose a trigger. */
  readonly replace: boolean;
  readonly mendClients: boolean;
}

/** @throws UsageError where another function would lose a trigger */
export function planAttachment(found: Found, wishes: Wishes): Plan {
  const { pool, clients, functionArn, sessionMinutes, secondFactors } = found;
  const triggers = wanted(wishes);
  checkRegion(pool, functionArn);
  if (!wishes.replace) checkFree(pool, triggers, functionArn);
  const before = poolUpdate(pool);
  const ours = Object.fromEntries(triggers.map((trigger) => [trigger, functionArn]));
  return {
    pool: { before, after: { ...before, LambdaConfig: { ...before.LambdaConfig, ...ours } } },
    clients: clients.map((client) => ({
      before: clientUpdate(client),
      after: clientUpdate(wishes.mendClients ? mended(client, pool, sessionMinutes) : client),
    })),
    permission: neededPermission(found),
    secondFactors,
  };
}

type OurTrigger = (typeof customAuthTriggers)[number] | 'PreSignUp';

function wanted({ preSignUp }: Wishes): readonly OurTrigger[] {
  return preSignUp ? [...customAuthTriggers, 'PreSignUp'] : customAuthTriggers;
}

/** @throws UsageError */
function checkRegion({ Arn = '' }: UserPoolType, functionArn: string): void {
  const [poolPlace, functionPlace] = [Arn, functionArn].map((arn) => arn.split(':')[3]);
  if (poolPlace === functionPlace) return;
  throw new UsageError(
    `The function is in ${functionPlace} and the pool in ${poolPlace}: a trigger calls functions of its own region alone.`,
  );
}

/** @throws UsageError */
function checkFree(
  { LambdaConfig: config = {} }: UserPoolType,
  triggers: readonly (keyof LambdaConfigType & OurTrigger)[],
  functionArn: string,
): void {
  const held = triggers.filter((trigger) => (config[trigger] ?? functionArn) !== functionArn);
  if (held.length === 0) return;
  const holders = held.map((trigger) => `${trigger} calls ${config[trigger]}`).join(', ');
  throw new UsageError(
    `Another function has the place: ${holders}. Say --replace if this function is to take it.`,
  );
}

function neededPermission({ pool, functionArn, statements }: Found): Permission | undefined {
  const { Arn: poolArn = '', Id = '' } = pool;
  if (statements.some((statement) => statement.poolArn === poolArn)) return undefined;
  return { what: 'add', functionArn, statementId: `cognito-${Id}`, poolArn };
}
