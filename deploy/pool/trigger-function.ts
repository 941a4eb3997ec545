/** The Lambda function behind a pool's triggers, and who may call it. */
import {
  type FunctionConfiguration,
  GetFunctionConfigurationCommand,
  GetPolicyCommand,
  type LambdaClient,
} from '@aws-sdk/client-lambda';
import * as v from 'valibot';
import { UsageError } from '../command-line.ts';
import { answerIfAny } from './aws.ts';

/** Who Cognito is to Lambda. */
export const COGNITO = 'cognito-idp.amazonaws.com';

/** A statement of a function's policy that lets Cognito call it. */
export interface CognitoStatement {
  readonly id: string;
  /** The ARN of the one pool it is for; undefined where it is for any. */
  readonly poolArn: string | undefined;
}

/** @throws CallError, or UsageError where there is no such function */
export async function describeFunction(
  lambda: LambdaClient,
  FunctionName: string,
): Promise<FunctionConfiguration & { readonly FunctionArn: string }> {
  const call = lambda.send(new GetFunctionConfigurationCommand({ FunctionName }));
  const configuration = await answerIfAny('lambda:GetFunctionConfiguration', call);
  const FunctionArn = configuration?.FunctionArn;
  if (FunctionArn === undefined) {
    throw new UsageError(
      `There is no function ${FunctionName} there: check --function and --region.`,
    );
  }
  return { ...configuration, FunctionArn };
}

/** @throws CallError */
export async function cognitoStatements(
  lambda: LambdaClient,
  arn: string,
): Promise<readonly CognitoStatement[]> {
  const call = lambda.send(new GetPolicyCommand(addressOf(arn)));
  const answer = await answerIfAny('lambda:GetPolicy', call);
  return answer?.Policy === undefined ? [] : statementsIn(answer.Policy, arn);
}

/** What calls about a function's policy name it by: the version or alias is said apart. */
export function addressOf(arn: string): { FunctionName: string; Qualifier?: string } {
  const parts = arn.split(':');
  const [FunctionName, Qualifier] = [parts.slice(0, 7).join(':'), parts[7]];
  return Qualifier === undefined ? { FunctionName } : { FunctionName, Qualifier };
}

/** A policy's list of one entry may be written as that entry. */
const oneOrMore = v.pipe(
  v.unknown(),
  v.transform((held) => [held].flat().map(String)),
);
const policy = v.pipe(
  v.string(),
  v.parseJson(),
  v.object({
    Statement: v.array(
      v.object({
        Sid: v.optional(v.string(), ''),
        Effect: v.string(),
        Principal: v.optional(v.union([v.string(), v.record(v.string(), oneOrMore)]), {}),
        Action: v.optional(oneOrMore, []),
        Resource: v.optional(oneOrMore, []),
        Condition: v.optional(v.record(v.string(), v.record(v.string(), oneOrMore)), {}),
      }),
    ),
  }),
);
type Statement = v.InferOutput<typeof policy>['Statement'][number];

function statementsIn(text: string, arn: string): readonly CognitoStatement[] {
  return v
    .parse(policy, text)
    .Statement.filter(
      ({ Effect, Principal, Action, Resource }) =>
        Effect === 'Allow' &&
        (Principal === '*' ||
          (typeof Principal === 'object' && Principal.Service?.includes(COGNITO))) &&
        ['lambda:InvokeFunction', 'lambda:*', '*'].some((action) => Action.includes(action)) &&
        Resource.includes(arn),
    )
    .map((statement) => ({ id: statement.Sid, poolArn: poolOf(statement) }));
}

/** The names of condition keys may be written in any case. */
function poolOf({ Condition }: Statement): string | undefined {
  const keys = Object.values(Condition).flatMap((condition) => Object.entries(condition));
  return keys.find(([key]) => key.toLowerCase() === 'aws:sourcearn')?.[1][0];
}
