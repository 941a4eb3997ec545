/** What the commands share: how they read their options, find AWS, and say what is wrong with them. */
import { basename } from 'node:path';
import { type ParseArgsConfig, parseArgs } from 'node:util';
import { localClientConfig } from './local/client-config.ts';

/** The package's own command, which runs all others. */
export const PACKAGE_COMMAND = 'cognito-phone-otp';

/** What to type before a command's options: its script's name, or in other projects the package's. */
export function typed(command: string): string {
  if (basename(process.argv[1] ?? '', '.js') === PACKAGE_COMMAND) {
    return `npx ${PACKAGE_COMMAND} ${command}`;
  }
  return command === 'start' ? 'npm start --' : `npm run ${command} --`;
}

/** Something that the caller of a command can mend, in one sentence. */
export class UsageError extends Error {}

/**
 * @param command whose options they are, such as `attach`.
 * @throws UsageError
 */
export function parseOptions<T extends ParseArgsConfig>(
  command: string,
  config: T,
): ReturnType<typeof parseArgs<T>> {
  try {
    return parseArgs(config);
  } catch (error) {
    const reason = error instanceof Error ? error.message.replace(/\.$/, '') : String(error);
    throw new UsageError(`${reason}: see ${typed(command)} --help.`);
  }
}

/** What the AWS SDK finds wrong with the region, as its caller can mend it; undefined for any other error. */
export function flawOfRegion({ message }: Error): string | undefined {
  if (/^Region is missing/.test(message)) return 'Say the region, such as --region eu-west-1.';
  return /^Region not accepted/.test(message)
    ? '--region takes an AWS region such as eu-west-1.'
    : undefined;
}

/** What keeps the AWS SDK from having credentials, as its caller can mend it; undefined for any other error. */
export function flawOfCredentials({ name, message }: Error): string | undefined {
  if (name !== 'CredentialsProviderError') return undefined;
  const isAnyNamed = !/from any providers/.test(message);
  return isAnyNamed
    ? `There are no AWS credentials: ${message.replace(/\.$/, '')}.`
    : 'There are no AWS credentials: set them in the environment, or name a profile with --profile.';
}

/** @throws UsageError */
export function readUserPoolId(text = ''): string {
  if (/^[\w-]+_[0-9a-zA-Z]+$/.test(text)) return text;
  throw new UsageError("--user-pool takes a user pool's id, such as eu-west-1_AbCdEfGhI.");
}

/** Under npm the working directory is the project's; the caller's own is INIT_CWD. */
export function callerDirectory(): string {
  return process.env.INIT_CWD ?? process.cwd();
}

/** Where a command finds an AWS service, as `--region`, `--profile` and `--endpoint` say. */
export interface ServicePlace {
  readonly region: string | undefined;
  /** Of the AWS configuration files; default: the environment's credentials. */
  readonly profile?: string | undefined;
  /** Another server than the region's. */
  readonly endpoint: string | undefined;
}

/**
 * What an AWS client needs to reach the service there.
 *
 * @param example of an endpoint.
 * @param option that takes it.
 * @throws UsageError where the endpoint is no URL of a server.
 */
export function clientConfig(
  { region, profile, endpoint }: ServicePlace,
  example: string,
  option = '--endpoint',
) {
  checkEndpoint(endpoint, example, option);
  return {
    ...(profile !== undefined && { profile }),
    ...(endpoint !== undefined && (isHere(endpoint) ? localClientConfig(endpoint) : { endpoint })),
    ...(region !== undefined && { region }),
  };
}

/** @throws UsageError */
export function checkEndpoint(endpoint: string | undefined, example: string, option: string): void {
  if (endpoint === undefined || isWebAddress(endpoint)) return;
  throw new UsageError(`${option} takes a URL such as ${example}, not '${endpoint}'.`);
}

/** A host with a port alone is a URL, too, but one whose protocol is the host. */
export function isWebAddress(text: string): boolean {
  return /^https?:\/\//i.test(text) && URL.canParse(text);
}

/** A server on this machine takes any credentials, and needs none of AWS's. */
function isHere(endpoint: string): boolean {
  return ['127.0.0.1', '[::1]', 'localhost'].includes(new URL(endpoint).hostname);
}
