/** Makes Lambda begin new containers of the function, which read its secrets anew. */
import { isDeepStrictEqual } from 'node:util';
import {
  type FunctionConfiguration,
  GetAliasCommand,
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

/** @throws CallError, or UsageError where a step would bring other changes along, or not reach all containers */
export async function checkAlias(
  lambda: LambdaClient,
  { name, alias, serving }: ServingFunction,
): Promise<void> {
  if (alias === undefined) return;
  const call = lambda.send(new GetAliasCommand({ FunctionName: name, Name: alias }));
  const { RoutingConfig } = await answerTo('lambda:GetAlias', call);
  if (Object.keys(RoutingConfig?.AdditionalVersionWeights ?? {}).length > 0) {
    throw new UsageError(
      `Alias ${alias} leads some calls to another version, whose containers would not hear of the step: lead all of them to one first.`,
    );
  }
  const changes = changesOf(await readLatest(lambda, name), serving);
  if (changes.length > 0) {
    throw new UsageError(
      `The latest version of the function is not what alias ${alias} serves (${changes.join(', ')}), and would be published with the step: deploy it first, or take the change back.`,
    );
  }
}

/** What of a function's configuration changes how it serves, besides its code and its variables. */
const COMPARED = [
  'Runtime',
  'Handler',
  'MemorySize',
  'Timeout',
  'Role',
  'Layers',
  'VpcConfig',
] as const;

/** In what the latest version differs from the one that serves: by name, for variables may hold secrets. */
function changesOf(latest: FunctionConfiguration, serving: FunctionConfiguration): string[] {
  const [ours, theirs] = [variablesOf(latest), variablesOf(serving)];
  const variables = new Set([...Object.keys(ours), ...Object.keys(theirs)]);
  return [
    ...(latest.CodeSha256 === serving.CodeSha256 ? [] : ['its code']),
    ...COMPARED.filter((name) => !isDeepStrictEqual(latest[name], serving[name])),
    ...[...variables].filter((name) => ours[name] !== theirs[name]),
  ];
}

function variablesOf({ Environment }: FunctionConfiguration): Readonly<Record<string, string>> {
  const { [VERSION_VARIABLE]: _, ...others } = Environment?.Variables ?? {};
  return others;
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
