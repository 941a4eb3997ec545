/** What a pool was like before it was attached, and what was about to change: enough to go back. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type {
  UpdateUserPoolClientRequest,
  UpdateUserPoolRequest,
} from '@aws-sdk/client-cognito-identity-provider';
import * as v from 'valibot';
import { UsageError } from '../command-line.ts';
import { undo } from './changes.ts';
import { type Plan, titleOfClient } from './plan.ts';

const FORMAT = 'cognito-phone-otp backup 1';

function step<Id extends string>(id: Id) {
  const update = v.looseObject({ [id]: v.string() } as Record<Id, v.StringSchema<undefined>>);
  return v.object({ before: update, after: update });
}

const backup = v.object({
  format: v.literal(FORMAT),
  takenAt: v.string(),
  pool: step('UserPoolId'),
  clients: v.array(step('ClientId')),
  permission: v.nullable(
    v.object({ functionArn: v.string(), statementId: v.string(), poolArn: v.string() }),
  ),
  secondFactors: v.nullable(v.looseObject({})),
});

/** A plan that was about to be carried out. */
export type Backup = Pick<Plan, 'pool' | 'clients' | 'permission'>;

/**
 * Only its owner may read it: roles' external ids are in it, though no client's secret.
 *
 * @returns its path
 * @throws UsageError where it can't be written
 */
export async function writeBackup(plan: Plan, directory: string, now: Date): Promise<string> {
  const { pool, clients, permission, secondFactors } = plan;
  const takenAt = now.toISOString();
  const name = `${pool.before.UserPoolId}.${takenAt.replaceAll(':', '-')}.backup.json`;
  const path = join(directory, name);
  const held = {
    ...{ format: FORMAT, takenAt, pool, clients },
    permission: permission ?? null,
    secondFactors: secondFactors ?? null,
  };
  try {
    await writeFile(path, `${JSON.stringify(held, undefined, 2)}\n`, { mode: 0o600, flag: 'wx' });
  } catch (error) {
    throw new UsageError(`The backup can't be written: ${messageOf(error)}. Nothing was changed.`);
  }
  return path;
}

/** @throws UsageError where there is none */
export async function readBackup(path: string): Promise<Backup> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    throw new UsageError(`--backup takes the file that attach wrote: ${messageOf(error)}.`);
  }
  const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), backup), text);
  if (!parsed.success) {
    const { message } = parsed.issues[0];
    throw new UsageError(
      `--backup takes the file that attach wrote, and ${path} is another: ${message}.`,
    );
  }
  const { pool, clients, permission } = parsed.output;
  return {
    pool: pool as Plan['pool'],
    clients: clients as unknown as Plan['clients'],
    permission: permission === null ? undefined : { what: 'add', ...permission },
  };
}

/** What is there when a backup is to be gone back to. */
export interface Now {
  readonly pool: UpdateUserPoolRequest;
  /** Those of the backup, in its order; undefined for one that is gone. */
  readonly clients: readonly (UpdateUserPoolClientRequest | undefined)[];
  readonly secondFactors: object | undefined;
  /** Whether the statement that attach added is there. */
  readonly isPermitted: boolean;
}

export interface WayBack {
  readonly plan: Plan;
  /** What stays as it is, since it was changed after attach or is in use; one sentence each. */
  readonly notes: readonly string[];
}

/** @param everything whether settings go back, too, that others have changed since. */
export function planWayBack(backup: Backup, now: Now, everything: boolean): WayBack {
  const notes: string[] = [];
  const stepBack = <T extends object>(of: string, current: T, step: { before: T; after: T }) => {
    if (everything) return { before: current, after: step.before };
    const { settings, kept } = undo(current, step.before, step.after);
    notes.push(...kept.map((setting) => `${of}: ${setting} was changed since, and stays.`));
    return { before: current, after: settings };
  };
  const pool = stepBack('user pool', now.pool, backup.pool);
  const clients = backup.clients.flatMap((step, index) => {
    const current = now.clients[index];
    if (current !== undefined) return [stepBack(titleOfClient(current), current, step)];
    notes.push(`${titleOfClient(step.before)} is gone.`);
    return [];
  });
  const { permission } = backup;
  const isNeeded = Object.values(pool.after.LambdaConfig ?? {}).includes(permission?.functionArn);
  const goes = permission !== undefined && now.isPermitted && !isNeeded;
  if (permission !== undefined && now.isPermitted && isNeeded) {
    notes.push(
      `function ${permission.functionArn}: the permission that attach added stays: a trigger calls it.`,
    );
  }
  return {
    plan: {
      pool,
      clients,
      permission: goes ? { ...permission, what: 'remove' } : undefined,
      secondFactors: now.secondFactors,
    },
    notes,
  };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
