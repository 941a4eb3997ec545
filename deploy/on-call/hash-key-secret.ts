/**
 * The secret of Secrets Manager that OTP_HASH_KEY is kept in, and the steps in which a key of it is
 * replaced. What a value holds does not tell a key that is known from one that signs, so the version's
 * id says which step wrote it.
 */
import { createHash, randomBytes } from 'node:crypto';
import {
  GetSecretValueCommand,
  PutSecretValueCommand,
  type SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { HASH_KEYS } from '../../src/config/keys.ts';
import { UsageError } from '../command-line.ts';
import { answerTo, CallError } from '../pool/aws.ts';

export const STEPS = ['add', 'sign', 'drop'] as const;
export type KeyStep = (typeof STEPS)[number];

/** The secret as it is now. */
export interface HashKeySecret {
  readonly versionId: string;
  /** When this version was written, in epoch milliseconds. */
  readonly writtenAt: number;
  /** The keys in base64, of which the first signs. Not to be shown. */
  readonly keys: readonly string[];
  /** The step that has brought it to where it is; `drop` stands for a single key, whoever wrote it. */
  readonly step: KeyStep;
}

/** @throws CallError, or UsageError for a secret that is not as it should be */
export async function readHashKeys(
  secrets: SecretsManagerClient,
  SecretId: string,
): Promise<HashKeySecret> {
  const call = secrets.send(new GetSecretValueCommand({ SecretId }));
  const answer = await answerTo('secretsmanager:GetSecretValue', call);
  const { SecretString: text = '', VersionId: versionId = '', CreatedDate } = answer;
  const flaw = HASH_KEYS.flaw(text);
  if (flaw !== undefined) {
    throw new UsageError(`The secret ${SecretId} holds ${flaw}; it takes ${HASH_KEYS.takes}.`);
  }
  const keys = text.split(',').map((key) => key.trim());
  const writtenAt = CreatedDate?.getTime() ?? 0;
  return { versionId, writtenAt, keys, step: stepOf(versionId, keys.length) };
}

/** @throws UsageError */
function stepOf(versionId: string, keys: number): KeyStep {
  if (keys === 1) return 'drop';
  const step = STEPS.find((known) => versionId.startsWith(prefixOf(known)));
  if (keys === 2 && step !== undefined) return step;
  throw new UsageError(
    `The secret holds ${keys} keys that this command did not write, so that nobody can tell which are known to all containers: end that rotation by hand, as deploy/configuration.md says, with one key.`,
  );
}

/** What comes of a step that may be taken. */
export function keysAfter(step: KeyStep, { keys }: HashKeySecret): readonly string[] {
  const [first = '', second = ''] = keys;
  switch (step) {
    case 'add':
      return [first, randomBytes(48).toString('base64')];
    case 'sign':
      return [second, first];
    case 'drop':
      return [first];
  }
}

/**
 * Writes the step's keys in place of those that were read: once, whoever else does so from there.
 *
 * @returns the id of the new version
 * @throws CallError, or UsageError where somebody else was first
 */
export async function writeHashKeys(
  secrets: SecretsManagerClient,
  SecretId: string,
  step: KeyStep,
  before: HashKeySecret,
): Promise<string> {
  const ClientRequestToken = `${prefixOf(step)}${digestOf(before.versionId)}`;
  const call = secrets.send(
    new PutSecretValueCommand({
      SecretId,
      ClientRequestToken,
      SecretString: keysAfter(step, before).join(','),
    }),
  );
  try {
    await answerTo('secretsmanager:PutSecretValue', call);
  } catch (error) {
    if (error instanceof CallError && /ResourceExistsException/.test(error.message)) {
      throw new UsageError('Somebody else has just taken this step: run it again.');
    }
    throw error;
  }
  return ClientRequestToken;
}

function prefixOf(step: KeyStep): string {
  return `phone-otp-${step}-`;
}

/** A version's id has 32 to 64 characters. */
function digestOf(versionId: string): string {
  return createHash('sha256').update(versionId).digest('hex').slice(0, 40);
}
