/** AWS as the commands for an existing pool reach it, with failures that say what they need. */
import { isUnauthorised } from '../../src/adapters/lib/aws-errors.ts';
import { flawOfCredentials, flawOfRegion, UsageError } from '../command-line.ts';
import { regionOf } from '../local/cognito/pool-settings.ts';

/** Which AWS account and region the caller means. */
export interface Place {
  /** Default: the one that a pool's id begins with. */
  readonly region: string | undefined;
  /** Of the AWS configuration files; default: the environment's credentials. */
  readonly profile: string | undefined;
}

/** What a client of any AWS service needs to reach the pool's account and region. */
export function awsConfig(userPoolId: string, { region, profile }: Place) {
  return {
    region: region ?? regionOf(userPoolId),
    ...(profile !== undefined && { profile }),
  };
}

export type AwsConfig = ReturnType<typeof awsConfig>;

/** What kept a call from its answer. */
export type CallFault = 'denied' | 'missing' | 'unreachable' | 'refused';

/** A call to AWS that failed, in one sentence. */
export class CallError extends Error {
  readonly action: string;
  readonly fault: CallFault;

  constructor(action: string, fault: CallFault, sentence: string, cause: Error) {
    super(sentence, { cause });
    this.action = action;
    this.fault = fault;
  }
}

/**
 * The answer to a call.
 *
 * @param action as IAM has it, such as `lambda:GetPolicy`
 * @throws CallError, or UsageError for a region that there can't be
 */
export async function answerTo<T>(action: string, call: Promise<T>): Promise<T> {
  try {
    return await call;
  } catch (error) {
    throw error instanceof Error ? (explained(action, error) ?? error) : error;
  }
}

/** The answer to a call, or undefined where there is no such thing. */
export async function answerIfAny<T>(action: string, call: Promise<T>): Promise<T | undefined> {
  try {
    return await answerTo(action, call);
  } catch (error) {
    if (error instanceof CallError && error.fault === 'missing') return undefined;
    throw error;
  }
}

function explained(action: string, error: Error): Error | undefined {
  const { name, message } = error;
  const flaw = flawOfRegion(error);
  if (flaw !== undefined) return new UsageError(flaw);
  const missing = flawOfCredentials(error);
  // AWS was not even asked.
  if (missing !== undefined) return new CallError(action, 'refused', missing, error);
  if (name === 'NotAuthorizedException' || isUnauthorised(name)) {
    return new CallError(
      action,
      'denied',
      `AWS refuses access: the credentials need ${action}.`,
      error,
    );
  }
  if (/^(ResourceNotFound|NotFound|NoSuchEntity)/.test(name)) {
    return new CallError(action, 'missing', `${action} finds nothing: ${message}`, error);
  }
  if ('code' in error || name === 'TimeoutError') {
    const sentence = `${action} gets no answer: check --region, and the network.`;
    return new CallError(action, 'unreachable', sentence, error);
  }
  if (!('$metadata' in error)) return undefined;
  return new CallError(action, 'refused', `AWS refuses ${action}: ${name}: ${message}`, error);
}
