/**
 * What a trigger function may answer. Types are strict and nothing is coerced: `"true"` is not
 * true, as on AWS.
 */
import { isJsonObject, isTextMap, type Json, type JsonObject } from '../json.ts';
import { CognitoError, unrecognizableOutput } from './errors.ts';
import type { TriggerEvent } from './trigger-events.ts';

export type DefineDecision =
  | { readonly kind: 'fail' }
  | { readonly kind: 'issue-tokens' }
  | { readonly kind: 'challenge'; readonly challengeName: string };

export interface CreatedChallenge {
  readonly publicParameters: Readonly<Record<string, string>>;
  readonly privateParameters: Readonly<Record<string, string>>;
  readonly metadata: string | null;
}

/**
 * The `response` of a function's output.
 * @param strict also require that the function returned the whole event it was given
 * @throws CognitoError InvalidLambdaResponseException
 */
export function readOutput(payload: string, sent: TriggerEvent, strict: boolean): JsonObject {
  const output = parse(payload);
  if (!isJsonObject(output)) {
    const type = output === null ? 'nothing' : describeType(output);
    throw unrecognizableOutput(`the function returned ${type}: return the event it was given`);
  }
  if (!isJsonObject(output.response)) {
    throw unrecognizableOutput('the output has no response object: return the event it was given');
  }
  if (strict) checkEnvelope(output, { ...sent });
  return output.response;
}

export function readDefineResponse(response: JsonObject): DefineDecision {
  const fail = booleanOrNull(response, 'failAuthentication');
  const issueTokens = booleanOrNull(response, 'issueTokens');
  const challengeName = textOrNull(response, 'challengeName');
  if (fail === true) return { kind: 'fail' };
  if (issueTokens === true) return { kind: 'issue-tokens' };
  if (challengeName !== null) return { kind: 'challenge', challengeName };
  throw unrecognizableOutput(
    'the response decides nothing: set challengeName, issueTokens or failAuthentication',
  );
}

/** @param strict also require private parameters, without which no answer can be checked */
export function readCreateResponse(response: JsonObject, strict: boolean): CreatedChallenge {
  const publicParameters = textMapOrNull(response, 'publicChallengeParameters') ?? {};
  const privateParameters = textMapOrNull(response, 'privateChallengeParameters') ?? {};
  const metadata = textOrNull(response, 'challengeMetadata');
  if (strict && Object.keys(privateParameters).length === 0) {
    throw unrecognizableOutput('response.privateChallengeParameters must not be empty');
  }
  return { publicParameters, privateParameters, metadata };
}

export function readVerifyResponse(response: JsonObject): boolean {
  const { answerCorrect } = response;
  if (typeof answerCorrect === 'boolean') return answerCorrect;
  throw unexpected('answerCorrect', 'a boolean', answerCorrect);
}

function parse(payload: string): Json {
  try {
    return JSON.parse(payload) as Json;
  } catch {
    const message = 'Invalid lambda function output : Invalid JSON';
    throw new CognitoError('InvalidLambdaResponseException', message);
  }
}

/** Everything but `response` must come back with the keys and types it went out with. */
function checkEnvelope(output: JsonObject, sent: Readonly<Record<string, unknown>>): void {
  for (const [key, value] of Object.entries(sent)) {
    if (key === 'response') continue;
    if (!Object.hasOwn(output, key)) throw unrecognizableOutput(`the output lacks ${key}`);
    if (isJsonObject(value) !== isJsonObject(output[key])) {
      throw unrecognizableOutput(`${key} of the output has another type than the event's`);
    }
    refuseNewNulls(output[key], value, key);
  }
}

function refuseNewNulls(returned: unknown, sent: unknown, path: string): void {
  if (returned === null && sent !== null) {
    throw unrecognizableOutput(`${path} of the output is null where the event had no null`);
  }
  if (!isJsonObject(returned)) return;
  for (const [key, value] of Object.entries(returned)) {
    refuseNewNulls(value, isJsonObject(sent) ? sent[key] : undefined, `${path}.${key}`);
  }
}

function booleanOrNull(response: JsonObject, key: string): boolean | null {
  const value = response[key] ?? null;
  if (value === null || typeof value === 'boolean') return value;
  throw unexpected(key, 'a boolean', value);
}

function textOrNull(response: JsonObject, key: string): string | null {
  const value = response[key] ?? null;
  if (value === null || typeof value === 'string') return value;
  throw unexpected(key, 'a string', value);
}

function textMapOrNull(response: JsonObject, key: string): Readonly<Record<string, string>> | null {
  const value = response[key] ?? null;
  if (value === null || isTextMap(value)) return value;
  throw unexpected(key, 'a map of strings', value);
}

/** The hint names types only: a value might be a secret. */
function unexpected(key: string, wanted: string, value: Json | undefined): CognitoError {
  const type = value === null || value === undefined ? 'nothing' : describeType(value);
  return unrecognizableOutput(`response.${key} must be ${wanted} but is ${type}`);
}

function describeType(value: Json): string {
  if (Array.isArray(value)) return 'a list';
  if (!isJsonObject(value)) return `a ${typeof value}`;
  const entries = Object.entries(value).map(([key, entry]) => `${key}: ${typeof entry}`);
  return `{ ${entries.join(', ')} }`;
}
