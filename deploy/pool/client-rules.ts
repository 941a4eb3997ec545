/** What an app client must be like for signing in by code, and how one is mended that is not. */
import type {
  ExplicitAuthFlowsType,
  UserPoolClientType,
  UserPoolType,
} from '@aws-sdk/client-cognito-identity-provider';

/** As the function's pages have it: longer than the 3 minutes that a code lives unless it is set. */
const SESSION_MINUTES = 5;

/** What an app client has that says no more. */
const DEFAULT_SESSION_MINUTES = 3;

/** What would undo that a code is the one way in; each goes on from "it". */
export function otherWaysIn(client: UserPoolClientType): readonly string[] {
  return [...otherFlows(client), ...hostedPage(client), ...writableNumber(client)];
}

/**
 * How long a session must be at least, so that a code's life is what ends a round.
 *
 * @param environment the function's own.
 */
export function neededSessionMinutes(environment: Readonly<Record<string, string>> = {}): number {
  const seconds = Number(environment.OTP_TTL_SECONDS);
  return Math.max(SESSION_MINUTES, Number.isFinite(seconds) ? Math.ceil(seconds / 60) : 0);
}

/**
 * All that is wrong with a client that signs users in by code.
 *
 * @param neededMinutes {@link neededSessionMinutes}.
 */
export function signInFaults(client: UserPoolClientType, neededMinutes: number): readonly string[] {
  const { AuthSessionValidity: minutes = DEFAULT_SESSION_MINUTES } = client;
  return [
    ...(allowsCodes(client)
      ? []
      : ['does not allow ALLOW_CUSTOM_AUTH, so that nobody gets a code by it']),
    ...otherWaysIn(client),
    ...(client.PreventUserExistenceErrors === 'ENABLED'
      ? []
      : ['tells who has an account: set PreventUserExistenceErrors to ENABLED']),
    ...(minutes >= neededMinutes
      ? []
      : [
          `ends a round after ${minutes} minutes, whatever its code is worth: set AuthSessionValidity to ${neededMinutes}`,
        ]),
  ];
}

/** Whether a sign-in by code can begin at a client. */
export function allowsCodes({ ExplicitAuthFlows: flows = [] }: UserPoolClientType): boolean {
  // What Cognito allows where nothing is said has custom auth in it.
  return (
    flows.length === 0 ||
    flows.includes('ALLOW_CUSTOM_AUTH') ||
    flows.includes('CUSTOM_AUTH_FLOW_ONLY')
  );
}

/** The client with all settings as they should be that can be set without its owner: no page of its is closed. */
export function mended(
  client: UserPoolClientType,
  pool: UserPoolType,
  neededMinutes: number,
): UserPoolClientType {
  const { AuthSessionValidity: minutes = DEFAULT_SESSION_MINUTES } = client;
  const isRightFlow = allowsCodes(client) && otherFlows(client).length === 0;
  return {
    ...client,
    ...(isRightFlow ? {} : { ExplicitAuthFlows: codeFlows(client) }),
    ...(writableNumber(client).length === 0 ? {} : { WriteAttributes: writable(client, pool) }),
    PreventUserExistenceErrors: 'ENABLED',
    AuthSessionValidity: Math.max(minutes, neededMinutes),
  };
}

/** The flows that lead to a code, or go on from one. `CUSTOM_AUTH_FLOW_ONLY` is the old name. */
const CODE_FLOWS = new Set([
  'ALLOW_CUSTOM_AUTH',
  'ALLOW_REFRESH_TOKEN_AUTH',
  'CUSTOM_AUTH_FLOW_ONLY',
]);

function otherFlows({ ExplicitAuthFlows: flows = [] }: UserPoolClientType): readonly string[] {
  const others = flows.filter((flow) => !CODE_FLOWS.has(flow));
  const wanted = 'give it ALLOW_CUSTOM_AUTH and ALLOW_REFRESH_TOKEN_AUTH alone';
  return [
    ...(flows.length === 0
      ? [`has no ExplicitAuthFlows, so that Cognito allows ALLOW_USER_SRP_AUTH: ${wanted}`]
      : []),
    ...(others.length > 0 ? [`allows ${others.join(', ')}: ${wanted}`] : []),
  ];
}

/** Whatever the flows say, it takes passwords. */
function hostedPage({ AllowedOAuthFlowsUserPoolClient: hosted }: UserPoolClientType) {
  return hosted === true ? ['has a hosted page: set AllowedOAuthFlowsUserPoolClient to false'] : [];
}

const NUMBER = ['phone_number', 'phone_number_verified'];

function writableNumber({ WriteAttributes: writable }: UserPoolClientType): readonly string[] {
  if (writable === undefined) {
    return [
      'lets users write phone_number, since WriteAttributes is unset: set it to what they need, such as locale',
    ];
  }
  const names = NUMBER.filter((name) => writable.includes(name));
  return names.length > 0
    ? [`lets users write ${names.join(' and ')}: take it out of WriteAttributes`]
    : [];
}

/** A client that rotates its refresh tokens may not have the flow that refreshes without. */
function codeFlows({ RefreshTokenRotation: rotation }: UserPoolClientType) {
  const rotates = rotation?.Feature === 'ENABLED';
  const flows: ExplicitAuthFlowsType[] = ['ALLOW_CUSTOM_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'];
  return rotates ? flows.slice(0, 1) : flows;
}

/** All that its users may write now but the number: unset, those are the standard attributes. */
function writable({ WriteAttributes: names }: UserPoolClientType, pool: UserPoolType) {
  const now = names ?? standardAttributes(pool);
  return now.filter((name) => !NUMBER.includes(name));
}

function standardAttributes({ SchemaAttributes: attributes = [] }: UserPoolType) {
  return attributes
    .filter(({ Mutable, DeveloperOnlyAttribute }) => Mutable === true && !DeveloperOnlyAttribute)
    .map(({ Name = '' }) => Name)
    .filter((name) => !/^(custom:|dev:|sub$|email_verified$|identities$)/.test(name));
}
