/** Makes Lambda begin new containers of the function, which read its secrets anew. */
import {
  type FunctionConfiguration,
  GetFunctionConfigurationCommand,
  type LambdaClient,
  PublishVersionCommand,
  UpdateAliasCommand,
  UpdateFunctionConfigurationCommand,
  waitUntilFunctionUpdatedV2,
} from '@aws-sdk/client-lambda';
import { UsageError } from '../command-line.ts';
import { answerTo } from '../pool/aws.ts';
import { addressOf, describeFunction } from '../pool/trigger-function.ts';

/** The variable by which a function's configuration says which version of the secret it began with: nothing reads it. */
export const VERSION_VARIABLE = 'HASH_KEY_SECRET_VERSION';

/** Seconds that Lambda is given to change a function. */
const WAIT_SECONDS = 120;

/** The function that serves sign-ins. */
export interface ServingFunction {
  /** As it serves: of the alias, where one is named. */
  readonly serving: FunctionConfiguration;
  readonly name: string;
  readonly alias: string | undefined;
}

/** @throws CallError, or UsageError for one that can't be changed */
export async function findFunction(lambda: LambdaClient, named: string): Promise<ServingFunction> {
  const serving = await describeFunction(lambda, named);
  const { FunctionName: name, Qualifier: alias } = addressOf(serving.FunctionArn);
  if (alias !== undefined && /^\d+$/.test(alias)) {
    throw new UsageError(
      `--function names version ${alias}, which can't change: name the function, or the alias that the pool calls.`,
    );
  }
  if (serving.Environment?.Error !== undefined) {
    throw new UsageError(
      "The function's environment can't be read: the credentials need kms:Decrypt on its key.",
    );
  }
  return { serving, name, alias: alias === '$LATEST' ? undefined : alias };
}

/** Whether all its containers have begun with this version of the secret. */
export function hasBegunWith({ serving }: ServingFunction, versionId: string): boolean {
  return (
    serving.Environment?.Variables?.[VERSION_VARIABLE] === versionId &&
    (serving.LastUpdateStatus ?? 'Successful') === 'Successful'
  );
}

/** @throws CallError, or UsageError where a step would bring other code along */
export async function checkCode(
  lambda: LambdaClient,
  { name, alias, serving }: ServingFunction,
): Promise<void> {
  if (alias === undefined) return;
  const { CodeSha256 } = await readLatest(lambda, name);
  if (CodeSha256 === serving.CodeSha256) return;
  throw new UsageError(
    `The function's latest code is not what alias ${alias} serves, and would be published with the step: deploy it first, or put the alias's code back.`,
  );
}

/** @throws CallError */
function readLatest(lambda: LambdaClient, FunctionName: string): Promise<FunctionConfiguration> {
  const call = lambda.send(new GetFunctionConfigurationCommand({ FunctionName }));
  return answerTo('lambda:GetFunctionConfiguration', call);
}

/**
 * A change of its variables ends the use of warm containers; a mere description might not. Where an alias
 * serves, a version is published, and the alias led there.
 *
 * @throws CallError
 */
export async function beginAnew(
  lambda: LambdaClient,
  { name, alias }: ServingFunction,
  versionId: string,
): Promise<void> {
  const latest = await readLatest(lambda, name);
  const update = lambda.send(
    new UpdateFunctionConfigurationCommand({
      FunctionName: name,
      // All variables are sent back: nobody else's change of them is to be lost.
      RevisionId: latest.RevisionId,
      Environment: {
        Variables: { ...latest.Environment?.Variables, [VERSION_VARIABLE]: versionId },
      },
    }),
  );
  await answerTo('lambda:UpdateFunctionConfiguration', update);
  const waiting = waitUntilFunctionUpdatedV2(
    { client: lambda, maxWaitTime: WAIT_SECONDS, minDelay: 1, maxDelay: 5 },
    { FunctionName: name },
  );
  await answerTo('lambda:GetFunction', waiting);
  if (alias === undefined) return;
  const published = lambda.send(new PublishVersionCommand({ FunctionName: name }));
  const { Version: FunctionVersion } = await answerTo('lambda:PublishVersion', published);
  const led = lambda.send(
    new UpdateAliasCommand({ FunctionName: name, Name: alias, FunctionVersion }),
  );
  await answerTo('lambda:UpdateAlias', led);
}
