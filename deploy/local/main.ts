/** `npm start`: the local endpoint and its demo page, with this project's function or anyone's behind it. */
import { join, resolve } from 'node:path';
import { ConfigError } from '../../src/settings.ts';
import { callerDirectory, parseOptions, UsageError } from '../command-line.ts';
import { checkSettings } from './check-settings.ts';
import { type TriggerName, triggerNames } from './cognito/trigger-names.ts';
import { buildPage, type DemoPage, startDemoPage } from './demo-page.ts';
import type { LocalDynamoDb } from './dynamodb.ts';
import {
  DEFAULT_CLIENT_ID,
  DEFAULT_POOL_ID,
  type LocalEndpoint,
  startLocalEndpoint,
  type TriggerHandlers,
} from './endpoint.ts';
import {
  chosenTableName,
  hushFunctionLog,
  keepRoutesLocal,
  needsDynamoDb,
  passingHashKey,
  setDurableEnvironment,
  setDynamoDbAddress,
  setLocalEnvironment,
  setUnlimitedEnvironment,
} from './environment.ts';
import { EventLog } from './event-log.ts';
import type { LambdaHandler } from './lambda.ts';
import { HandlerError, loadHandler } from './load-handler.ts';
import { type SmsFault, smsFaults } from './sms-network.ts';
import { lineOf, type TerminalEvent } from './terminal.ts';

const DEFAULT_PORT = 9229;
const DEFAULT_WEB_PORT = 3000;
const SESSION_MINUTES = 15;
const AWS_ISSUER = 'https://cognito-idp.us-east-1.amazonaws.com';
const DEMO_USER = '+12025550100';
const OWN_FUNCTION = join(import.meta.dirname, '../../src/handler.ts');

const HELP = `npm start -- [options]

A Cognito user pool and its SMS providers on 127.0.0.1, for developing phone sign-in.

  --port NUMBER       where to listen (default ${DEFAULT_PORT}; 0 takes any free port)
  --web-port NUMBER   where the demo page is (default ${DEFAULT_WEB_PORT}, or the next free one)
  --no-web            no demo page
  --user NUMBER       one more user, by E.164 phone number; may be repeated
  --pool-id ID        the user pool's id (default ${DEFAULT_POOL_ID})
  --issuer URL        who says to have issued the tokens (default the endpoint; on AWS
                      ${AWS_ISSUER})
  --durable           challenges and counts in DynamoDB, in this process
  --sms-fault FAULT   every SMS fails: ${smsFaults.join(', ')}
  --function FILE     the function behind all three custom-auth triggers
  --define FILE       one function for each trigger instead
  --create FILE
  --verify FILE
  --trigger NAME=FILE a function for another trigger, such as PostAuthentication; may be repeated
  --json              events and SMS as a line of JSON each, for programs
  --help              this text

FILE is a JavaScript or TypeScript module that exports \`handler\`; FILE#name takes another export.
`;

interface Settings {
  readonly port: number;
  /** Where the demo page may be, in order of preference; none where there shall be no page. */
  readonly webPorts: readonly number[];
  readonly users: readonly string[];
  readonly poolId: string;
  /** Undefined: the endpoint's own address. */
  readonly issuer: string | undefined;
  readonly smsFault: SmsFault | undefined;
  readonly durable: boolean;
  /** Whether programs read the terminal, and not people. */
  readonly json: boolean;
  /** The file behind each trigger. */
  readonly files: ReadonlyMap<TriggerName, string>;
}

/** @throws UsageError in one sentence that says how to mend the command line */
function readSettings(args: string[]): Settings | 'help' {
  const values = parse(args);
  if (values.help) return 'help';
  const all = values.function ?? OWN_FUNCTION;
  const files = new Map<TriggerName, string>([
    ['DefineAuthChallenge', values.define ?? all],
    ['CreateAuthChallenge', values.create ?? all],
    ['VerifyAuthChallengeResponse', values.verify ?? all],
    ...ownTriggersAround(values),
    ...values.trigger.map(readTrigger),
  ]);
  return {
    port: readPort('--port', values.port),
    webPorts: readWebPorts(values),
    users: [...new Set([DEMO_USER, ...values.user.map(readPhoneNumber)])],
    poolId: readPoolId(values['pool-id']),
    issuer: readIssuer(values.issuer),
    smsFault: readSmsFault(values['sms-fault']),
    durable: values.durable,
    json: values.json,
    files,
  };
}

/** Our function also serves sign-up, unless it is another function that is being tried. */
function ownTriggersAround(values: ReturnType<typeof parse>): readonly [TriggerName, string][] {
  const { function: all, define, create, verify } = values;
  if ([all, define, create, verify].some((file) => file !== undefined)) return [];
  return [['PreSignUp', OWN_FUNCTION]];
}

function parse(args: string[]) {
  return parseOptions('npm start', {
    args,
    options: {
      port: { type: 'string', default: String(DEFAULT_PORT) },
      user: { type: 'string', multiple: true, default: [] },
      'web-port': { type: 'string' },
      'no-web': { type: 'boolean', default: false },
      'pool-id': { type: 'string', default: DEFAULT_POOL_ID },
      issuer: { type: 'string' },
      'sms-fault': { type: 'string' },
      durable: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      function: { type: 'string' },
      define: { type: 'string' },
      create: { type: 'string' },
      verify: { type: 'string' },
      trigger: { type: 'string', multiple: true, default: [] },
      help: { type: 'boolean', default: false },
    },
  }).values;
}

function readPort(option: string, text: string): number {
  const port = Number(text);
  if (/^\d+$/.test(text) && port <= 65_535) return port;
  throw new UsageError(`${option} takes a number from 0 to 65535, not '${text}'.`);
}

function readWebPorts(values: ReturnType<typeof parse>): readonly number[] {
  const chosen = values['web-port'];
  const ports = Array.from({ length: 10 }, (_, step) => DEFAULT_WEB_PORT + step);
  const wanted = chosen === undefined ? [...ports, 0] : [readPort('--web-port', chosen)];
  return values['no-web'] ? [] : wanted;
}

function readPhoneNumber(text: string): string {
  if (/^\+[1-9]\d{1,14}$/.test(text)) return text;
  throw new UsageError(
    `--user takes a phone number in E.164, such as ${DEMO_USER}, not '${text}'.`,
  );
}

function readPoolId(text: string): string {
  if (/^[\w-]+_[0-9a-zA-Z]+$/.test(text) && text.length <= 55) return text;
  throw new UsageError(`--pool-id takes an id such as ${DEFAULT_POOL_ID}, not '${text}'.`);
}

function readIssuer(text: string | undefined): string | undefined {
  if (text === undefined || URL.canParse(text)) return text?.replace(/\/$/, '');
  throw new UsageError(`--issuer takes a URL such as ${AWS_ISSUER}, not '${text}'.`);
}

function readSmsFault(text: string | undefined): SmsFault | undefined {
  const fault = smsFaults.find((known) => known === text);
  if (text === undefined || fault !== undefined) return fault;
  throw new UsageError(`--sms-fault takes ${smsFaults.join(', ')}, not '${text}'.`);
}

function readTrigger(text: string): readonly [TriggerName, string] {
  const [name, file] = text.split(/=(.*)/s, 2);
  const trigger = triggerNames.find((known) => known === name);
  if (trigger !== undefined && file !== undefined && file !== '') return [trigger, file];
  throw new UsageError(
    `--trigger takes NAME=FILE with one of ${triggerNames.join(', ')}, not '${text}'.`,
  );
}

async function loadTriggers({ files }: Settings): Promise<TriggerHandlers> {
  const handlers: { [T in TriggerName]?: LambdaHandler } = {};
  for (const [trigger, file] of files) {
    handlers[trigger] = await loadHandler(file, callerDirectory());
  }
  return handlers;
}

function servesOwnFunction({ files }: Settings): boolean {
  return [...files.values()].some((source) => {
    const [path = ''] = source.split('#', 1);
    return resolve(callerDirectory(), path) === OWN_FUNCTION;
  });
}

interface Running {
  readonly endpoint: LocalEndpoint;
  readonly dynamoDb: LocalDynamoDb | undefined;
  readonly page: DemoPage | undefined;
}

async function start(settings: Settings): Promise<Running> {
  const log = new EventLog();
  const endpoint = await startLocalEndpoint({
    port: settings.port,
    poolId: settings.poolId,
    ...(settings.issuer === undefined ? {} : { issuer: settings.issuer }),
    users: settings.users.map((username) => ({
      username,
      attributes: { phone_number_verified: 'true' },
    })),
    client: {
      // Longer than a code is valid, so that it is the code that expires.
      authSessionValidityMinutes: SESSION_MINUTES,
      // As on AWS, nobody writes the number that their codes go to.
      writeAttributes: ['locale'],
    },
    ...(settings.smsFault === undefined ? {} : { smsFault: settings.smsFault }),
    onCall: (operation) => log.called(operation),
    onTrigger: (run) => log.ran(run),
    onRefusal: (operation, error) => log.refused(operation, error),
  });
  const show = (event: TerminalEvent) => {
    console.log(settings.json ? JSON.stringify(event) : lineOf(event));
  };
  log.subscribe(show);
  endpoint.inbox.subscribe(show);
  let dynamoDb: LocalDynamoDb | undefined;
  try {
    // The function reads its environment when it is loaded, and needs the addresses of its services.
    setLocalEnvironment(endpoint.url);
    if (settings.durable) setDurableEnvironment();
    else setUnlimitedEnvironment();
    if (!settings.json) hushFunctionLog();
    if (servesOwnFunction(settings)) await checkSettings();
    // Only now: the check is of the routes as they are written.
    keepRoutesLocal();
    if (settings.durable || needsDynamoDb()) dynamoDb = await startDynamoDb();
    endpoint.attach(await loadTriggers(settings));
    return { endpoint, dynamoDb, page: await startPage(settings, endpoint, log) };
  } catch (error) {
    await Promise.all([endpoint.close(), dynamoDb?.close()]);
    throw error;
  }
}

/** Loads the server only where it is wanted. */
async function startDynamoDb(): Promise<LocalDynamoDb> {
  const { startLocalDynamoDb } = await import('./dynamodb.ts');
  const dynamoDb = await startLocalDynamoDb(chosenTableName());
  setDynamoDbAddress(dynamoDb.url);
  return dynamoDb;
}

/** @throws UsageError where none of the ports is free */
async function startPage(
  { webPorts, users }: Settings,
  endpoint: LocalEndpoint,
  log: EventLog,
): Promise<DemoPage | undefined> {
  if (webPorts.length === 0) return undefined;
  const files = await buildPage();
  for (const port of webPorts) {
    try {
      return await startDemoPage({ endpoint, log, users, files, port });
    } catch (error) {
      if (!isAddressError(error)) throw error;
    }
  }
  throw new UsageError(
    `Port ${webPorts.join()} can't be used for the demo page: choose another with --web-port, or do without by --no-web.`,
  );
}

function isAddressError(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return code === 'EADDRINUSE' || code === 'EACCES';
}

function introduce(running: Running, settings: Settings): void {
  if (settings.json) introduceToPrograms(running, settings);
  else introduceToPeople(running, settings);
}

function introduceToPrograms({ endpoint, dynamoDb, page }: Running, { users }: Settings): void {
  const { url, userPoolId, clientId } = endpoint;
  const addresses = { endpoint: url, page: page?.url, dynamoDb: dynamoDb?.url };
  console.log(JSON.stringify({ kind: 'started', ...addresses, userPoolId, clientId, users }));
}

function introduceToPeople({ endpoint, dynamoDb, page }: Running, settings: Settings): void {
  const ownPort = settings.port === DEFAULT_PORT ? '' : ` --endpoint ${endpoint.url}`;
  const demo = page === undefined ? '' : `Open ${page.url}${moved(page, settings)}\n\n`;
  console.log(`${demo}Cognito, End User Messaging, Twilio and SNS are at ${endpoint.url}
  user pool    ${endpoint.userPoolId}
  app client   ${DEFAULT_CLIENT_ID}
  users        ${settings.users.join(', ')}
  SMS          here, and at ${endpoint.url}/inbox

In another terminal: npm run sign-in -- ${settings.users[0]}${ownPort}
${dynamoDb === undefined ? '' : operatorHint(dynamoDb, settings)}Ctrl-C stops.
`);
}

/** What is counted in DynamoDB is found by the key of its digests. */
function operatorHint({ url, tableName }: LocalDynamoDb, { users }: Settings): string {
  const command = `npm run account -- status --phone ${users[0]} --table ${tableName} --endpoint ${url}`;
  // A key that the caller brought may be in use elsewhere: it is not shown.
  const key = process.env.OTP_HASH_KEY === passingHashKey ? `OTP_HASH_KEY=${passingHashKey} ` : '';
  return `What is counted:     ${key}${command}\n`;
}

/** Says so where the page is not at the port that people know. */
function moved(page: DemoPage, { webPorts }: Settings): string {
  const [wanted] = webPorts;
  const asked = wanted === 0 || new URL(page.url).port === String(wanted);
  return asked ? '' : ` (port ${wanted} is in use)`;
}

/** One sentence for what a user can mend; anything else is a fault and keeps its stack. */
function explain(error: unknown, port: number | undefined): string | undefined {
  if (error instanceof UsageError || error instanceof ConfigError) return error.message;
  if (error instanceof HandlerError) return error.message;
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'EADDRINUSE') {
    return `Port ${port} is in use: stop what listens there, or choose another with --port.`;
  }
  if (code === 'EACCES') return `Port ${port} needs more rights: choose another with --port.`;
  return undefined;
}

async function stop({ endpoint, dynamoDb, page }: Running): Promise<void> {
  await Promise.all([endpoint.close(), dynamoDb?.close(), page?.close()]);
}

async function main(): Promise<void> {
  let port: number | undefined;
  try {
    const settings = readSettings(process.argv.slice(2));
    if (settings === 'help') {
      console.log(HELP);
      return;
    }
    port = settings.port;
    const running = await start(settings);
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      process.once(signal, () => void stop(running).then(() => process.exit(0)));
    }
    introduce(running, settings);
  } catch (error) {
    const sentence = explain(error, port);
    if (sentence === undefined) throw error;
    console.error(sentence);
    process.exitCode = 1;
  }
}

await main();
