/** What should be so of the function, its settings, and who may call it. */
import { randomBytes } from 'node:crypto';
import type { FunctionConfiguration } from '@aws-sdk/client-lambda';
import * as v from 'valibot';
import { SMS_GATEWAYS } from '../../../src/adapters/sms-gateway/lib/registry.ts';
import type { Config } from '../../../src/config/config.ts';
import { SECRET_VARIABLES, SETTINGS_FILE } from '../../../src/config/environment.ts';
import { openAdapters, readConfig } from '../../../src/container/open-adapters.ts';
import { ConfigError } from '../../../src/settings.ts';
import type { CognitoStatement } from '../trigger-function.ts';
import { type Finding, good, note, type Read, toMend } from './finding.ts';

/** Seconds. Cognito waits no longer, and Lambda's own default leaves a slow provider less. */
const TIMEOUT = 5;

/** The bundle is built for this version of Node.js. */
const NODE = 24;

/** Megabytes; Lambda gives computing time in proportion. */
const LITTLE_MEMORY = 256;

export function checkFunction(
  configuration: FunctionConfiguration,
  region: string,
): readonly Finding[] {
  const { FunctionName: name, Timeout = 3, Runtime, MemorySize = 128 } = configuration;
  const subject = `function ${name}`;
  const update = (option: string) =>
    `aws lambda update-function-configuration --function-name ${name} --region ${region} ${option}`;
  const isCurrent = Runtime === undefined || Number(/^nodejs(\d+)/.exec(Runtime)?.[1]) >= NODE;
  return [
    Timeout >= TIMEOUT
      ? good(subject, `has a timeout of ${Timeout} seconds`)
      : toMend(
          subject,
          `has a timeout of ${Timeout} seconds, and should have ${TIMEOUT}`,
          update(`--timeout ${TIMEOUT}`),
        ),
    isCurrent
      ? good(subject, `runs on ${Runtime ?? 'an image of its own'}`)
      : toMend(
          subject,
          `runs on ${Runtime}, and is built for nodejs${NODE}.x`,
          update(`--runtime nodejs${NODE}.x`),
        ),
    MemorySize >= LITTLE_MEMORY
      ? good(subject, `has ${MemorySize} MB of memory`)
      : note(
          subject,
          `has ${MemorySize} MB of memory, and computing time in proportion: with ${LITTLE_MEMORY} MB a container's first sign-in is quicker`,
        ),
  ];
}

/** The settings; or which are set wrong or not at all: by their names, since any value may be a secret. */
export async function checkEnvironment(
  environment: Readonly<Record<string, string>>,
  name: string,
  region: string,
): Promise<Read<Config>> {
  const subject = 'environment';
  if (environment[SETTINGS_FILE]) {
    const says = `has ${SETTINGS_FILE}: what that file holds can't be seen from here`;
    return { is: undefined, findings: [note(subject, says)] };
  }
  const unknown = unknownGatewaysIn(environment.SMS_ROUTES);
  if (unknown.length > 0) {
    const says = `names a gateway that does not ship (${unknown.join(', ')}): the function starts if it brings that along, which can't be seen from here`;
    return { is: undefined, findings: [note(subject, says)] };
  }
  // What warns of a missing table does so in Lambda alone.
  const env = withSecrets({
    AWS_REGION: region,
    AWS_LAMBDA_FUNCTION_NAME: name,
    ...environment,
  });
  try {
    const config = readConfig(env);
    await openAdapters(config);
    const names = Object.keys(environment).sort().join(', ');
    const findings = [
      good(subject, `has what the function starts with: ${names}`),
      ...config.warnings.map((warning) =>
        note(subject, `has a warning: ${warning.replace(/\.$/, '')}`),
      ),
    ];
    return { is: config, findings };
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const says = `lets the function not start: look at ${namesIn(error, environment).join(', ')}`;
    const mend =
      "what each takes is in deploy/configuration.md, and what is wrong in the function's log";
    return { is: undefined, findings: [toMend(subject, says, mend)] };
  }
}

const routesText = v.pipe(
  v.string(),
  v.parseJson(),
  v.array(v.object({ gateways: v.optional(v.array(v.object({ gateway: v.string() })), []) })),
);

/** Those that routes name, of which a function may bring any along; none where the text holds no routes. */
function unknownGatewaysIn(text: string | undefined): readonly string[] {
  const routes = v.safeParse(routesText, text);
  const named = routes.success ? routes.output.flatMap(({ gateways }) => gateways) : [];
  const unknown = named.map(({ gateway }) => gateway).filter((name) => !(name in SMS_GATEWAYS));
  return [...new Set(unknown)];
}

/** Secrets that are kept elsewhere are taken to be as they should be. */
function withSecrets(environment: Readonly<Record<string, string>>) {
  const elsewhere = Object.entries(SECRET_VARIABLES).filter(
    ([name, pointer]) => environment[pointer] && !environment[name],
  );
  const standIns = elsewhere.map(([name]) => [name, randomBytes(32).toString('base64')]);
  return { ...environment, ...Object.fromEntries(standIns) };
}

/** The variables that an error is about, without what it repeats of them. */
function namesIn({ message }: ConfigError, environment: object): readonly string[] {
  const unset = /\b([A-Z][A-Z0-9_]+)(?:, read by [^;]+,)? is not set/g;
  const missing = [...message.matchAll(unset)].map(([, name]) => name);
  const words = message.match(/\b[A-Z][A-Z0-9_]+\b/g) ?? [];
  const known = [...words].filter((word) => Object.hasOwn(environment, word));
  return [...new Set([...missing, ...known])].filter((name) => name !== undefined);
}

/** @param address the function's ARN. */
export function checkPermission(
  statements: readonly CognitoStatement[],
  poolArn: string,
  address: string,
  attach: string,
): readonly Finding[] {
  const subject = 'permission';
  const ofPool = statements.some((statement) => statement.poolArn === poolArn);
  const open = statements.filter((statement) => statement.poolArn === undefined);
  return [
    ofPool
      ? good(subject, 'lets the pool call the function')
      : toMend(subject, 'does not let the pool call the function, and should', attach),
    ...open.map(({ id }) =>
      toMend(
        subject,
        `${id} lets any user pool call the function, and should name one`,
        `aws lambda remove-permission --function-name ${address} --statement-id ${id}`,
      ),
    ),
  ];
}
