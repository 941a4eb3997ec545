/** What a PreTokenGeneration function may change about the tokens. */
import { isJsonObject, type Json, type JsonObject } from '../json.ts';
import { unrecognizableOutput } from './errors.ts';

export interface ClaimChanges {
  readonly set: JsonObject;
  readonly suppress: readonly string[];
}

export interface TokenOverrides {
  readonly id: ClaimChanges;
  readonly access: ClaimChanges;
  readonly scopes: { readonly add: readonly string[]; readonly suppress: readonly string[] };
  /** Undefined: the groups stay as they are. */
  readonly groups: readonly string[] | undefined;
}

const unchanged: ClaimChanges = { set: {}, suppress: [] };

export const noOverrides: TokenOverrides = {
  id: unchanged,
  access: unchanged,
  scopes: { add: [], suppress: [] },
  groups: undefined,
};

/** Version 1 reaches the id token alone, and its claims are strings. */
export function readOverridesV1(response: JsonObject): TokenOverrides {
  const details = objectOf(response, 'claimsOverrideDetails');
  const set = objectOf(details, 'claimsToAddOrOverride');
  if (Object.values(set).some((value) => typeof value !== 'string')) {
    throw unrecognizableOutput('claimsToAddOrOverride must hold strings only');
  }
  return {
    ...noOverrides,
    id: { set, suppress: textsOf(details, 'claimsToSuppress') ?? [] },
    groups: readGroups(details),
  };
}

/** Version 2 reaches both tokens, and claims may hold any JSON. */
export function readOverridesV2(response: JsonObject): TokenOverrides {
  const details = objectOf(response, 'claimsAndScopeOverrideDetails');
  const access = objectOf(details, 'accessTokenGeneration');
  return {
    id: readChanges(objectOf(details, 'idTokenGeneration')),
    access: readChanges(access),
    scopes: {
      add: textsOf(access, 'scopesToAdd') ?? [],
      suppress: textsOf(access, 'scopesToSuppress') ?? [],
    },
    groups: readGroups(details),
  };
}

/** Claims that no function can change. */
const RESERVED = new Set([
  ...['aud', 'auth_time', 'client_id', 'cognito:username', 'event_id', 'exp', 'iat', 'iss', 'jti'],
  ...['nbf', 'nonce', 'origin_jti', 'scope', 'sub', 'token_use', 'username'],
]);

export function applyChanges(claims: JsonObject, { set, suppress }: ClaimChanges): JsonObject {
  const kept = Object.entries(claims).filter(
    ([name]) => RESERVED.has(name) || !suppress.includes(name),
  );
  const added = Object.entries(set).filter(([name]) => !RESERVED.has(name));
  return Object.fromEntries([...kept, ...added]);
}

function readChanges(generation: JsonObject): ClaimChanges {
  return {
    set: objectOf(generation, 'claimsToAddOrOverride'),
    suppress: textsOf(generation, 'claimsToSuppress') ?? [],
  };
}

function readGroups(details: JsonObject): readonly string[] | undefined {
  return textsOf(objectOf(details, 'groupOverrideDetails'), 'groupsToOverride');
}

function objectOf(parent: JsonObject, key: string): JsonObject {
  const value: Json = parent[key] ?? {};
  if (!isJsonObject(value)) throw unrecognizableOutput(`${key} must be an object`);
  return value;
}

function textsOf(parent: JsonObject, key: string): readonly string[] | undefined {
  const value = parent[key] ?? undefined;
  if (value === undefined) return undefined;
  if (Array.isArray(value) && value.every((entry) => typeof entry === 'string')) return value;
  throw unrecognizableOutput(`${key} must be a list of strings`);
}
