/** `npm start`: the local endpoint and its demo page, with this project's function or anyone's behind it. */
import { setSourceMapsSupport } from 'node:module';
import { join, resolve } from 'node:path';
import { inspect } from 'node:util';
import { ConfigError } from '../../src/settings.ts';
import { callerDirectory, isWebAddress, parseOptions, typed, UsageError } from '../command-line.ts';
import { HandlerError } from './bundle-trigger.ts';
import { checkSettings } from './check-settings.ts';
import { type TriggerName, triggerNames } from './cognito/trigger-names.ts';
import { DataFile } from './data-file.ts';
import { buildPage, type DemoPage, startDemoPage } from './demo-page.ts';
import type { LocalDynamoDb } from './dynamodb.ts';
import {
  DEFAULT_CLIENT_ID,
  DEFAULT_POOL_ID,
  type LocalEndpoint,
  startLocalEndpoint,
} from './endpoint.ts';
import {
  chosenTableName,
  functionVariables,
  hushFunctionLog,
  keepRoutesLocal,
  needsDynamoDb,
  passingHashKey,
  setDurableEnvironment,
  setDynamoDbAddress,
  setFileEnvironment,
  setLocalEnvironment,
  setUnlimitedEnvironment,
} from './environment.ts';
import { EventLog } from './event-log.ts';
import type { Https } from './https.ts';
import { DEFAULT_HOST, isThisMachine } from './known-hosts.ts';
import { TriggerFile } from './load-handler.ts';
import { type SmsFault, smsFaults } from './sms-network.ts';
import { lineOf, type TerminalEvent } from './terminal.ts';

const DEFAULT_PORT = 9229;
const DEFAULT_WEB_PORT = 3000;
const SESSION_MINUTES = 15;
const AWS_ISSUER = 'https://cognito-idp.us-east-1.amazonaws.com';
const DEMO_USER = '+12025550100';
const OWN_FUNCTION = join(import.meta.dirname, '../../src/handler.ts');

const HELP = `${typed('start')} [options]

A Cognito user pool and its SMS providers on this machine, for developing phone sign-in.

  --port NUMBER       where to listen (default ${DEFAULT_PORT}; 0 takes any free port)
  --host ADDRESS      the address to listen at (default ${DEFAULT_HOST}; 0.0.0.0 for containers and phones)
  --https             HTTPS, with a certificate that is made at the start
  --ca-file FILE      where to write the authority that clients must trust (default a temporary file)
  --web-port NUMBER   where the demo page is (default ${DEFAULT_WEB_PORT}, or the next free one)
  --no-web            no demo page
  --user NUMBER       one more user, by E.164 phone number; may be repeated
  --pool-id ID        the user pool's id (default ${DEFAULT_POOL_ID})
  --issuer URL        who says to have issued the tokens (default the endpoint; on AWS
                      ${AWS_ISSUER})
  --data FILE         users, groups, pools and app clients outlive the command in this file
  --durable           challenges and counts in DynamoDB, in this process
  --sms-fault FAULT   every SMS fails: ${smsFaults.join(', ')}
  --function FILE     the function behind all three custom-auth triggers
  --define FILE       one function for each trigger instead
  --create FILE
  --verify FILE
  --trigger NAME=FILE a function for another trigger, such as PostAuthentication; may be repeated
  --json              events and SMS as a line of JSON each, for programs
  --watch             load a function anew when a file changes that it is made of
  --help              this text

FILE is a JavaScript or TypeScript module that exports \`handler\`; FILE#name takes another export.
`;

interface Settings {
  readonly port: number;
  readonly host: string;
  readonly https: boolean;
  readonly caFile: string | undefined;
  /** Where the demo page may be, in order of preference; none where there shall be no page. */
  readonly webPorts: readonly number[];
  readonly users: readonly string[];
  readonly poolId: string;
  /** Undefined: the endpoint's own address. */
  readonly issuer: string | undefined;
  readonly smsFault: SmsFault | undefined;
  /** Where what the pools hold is kept; undefined where it is not. */
  readonly data: string | undefined;
  readonly durable: boolean;
  /** Whether programs read the terminal, and not people. */
  readonly json: boolean;
  readonly watch: boolean;
  /** The files behind the triggers. */
  readonly files: readonly TriggerFile[];
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
    host: readHost(values.host),
    https: values.https,
    caFile: readCaFile(values),
    webPorts: readWebPorts(values),
    users: [...new Set([DEMO_USER, ...values.user.map(readPhoneNumber)])],
    poolId: readPoolId(values['pool-id']),
    issuer: readIssuer(values.issuer),
    smsFault: readSmsFault(values['sms-fault']),
    data: values.data === undefined ? undefined : readDataFile(values.data),
    durable: values.durable,
    json: values.json,
    watch: values.watch,
    files: TriggerFile.of(files, callerDirectory()),
  };
}

/** Our function also serves sign-up, unless it is another function that is being tried. */
function ownTriggersAround(values: ReturnType<typeof parse>): readonly [TriggerName, string][] {
  const { function: all, define, create, verify } = values;
  if ([all, define, create, verify].some((file) => file !== undefined)) return [];
  return [['PreSignUp', OWN_FUNCTION]];
}

function parse(args: string[]) {
  return parseOptions('start', {
    args,
    options: {
      port: { type: 'string', default: String(DEFAULT_PORT) },
      host: { type: 'string', default: DEFAULT_HOST },
      https: { type: 'boolean', default: false },
      'ca-file': { type: 'string' },
      user: { type: 'string', multiple: true, default: [] },
      'web-port': { type: 'string' },
      'no-web': { type: 'boolean', default: false },
      'pool-id': { type: 'string', default: DEFAULT_POOL_ID },
      issuer: { type: 'string' },
      'sms-fault': { type: 'string' },
      data: { type: 'string' },
      durable: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      function: { type: 'string' },
      define: { type: 'string' },
      create: { type: 'string' },
      verify: { type: 'string' },
      trigger: { type: 'string', multiple: true, default: [] },
      watch: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  }).values;
}

function readPort(option: string, text: string): number {
  const port = Number(text);
  if (/^\d+$/.test(text) && port <= 65_535) return port;
  throw new UsageError(`${option} takes a number from 0 to 65535, not '${text}'.`);
}

function readHost(host: string): string {
  if (host !== '') return host;
  throw new UsageError(notAHost(host));
}

function notAHost(host = ''): string {
  return `--host takes an address of this machine, such as 0.0.0.0 for all of them, not '${host}'.`;
}

function readDataFile(file: string): string {
  if (file !== '') return resolve(callerDirectory(), file);
  throw new UsageError('--data takes the name of a file, which is made where there is none.');
}

function readCaFile(values: ReturnType<typeof parse>): string | undefined {
  const file = values['ca-file'];
  if (file === undefined) return undefined;
  if (values.https) return resolve(callerDirectory(), file);
  throw new UsageError('--ca-file is for --https alone: add that.');
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
  if (text === undefined) return undefined;
  if (isWebAddress(text)) return text.replace(/\/$/, '');
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

interface Running {
  readonly endpoint: LocalEndpoint;
  readonly data: DataFile | undefined;
  readonly https: Https | undefined;
  readonly dynamoDb: LocalDynamoDb | undefined;
  readonly page: DemoPage | undefined;
}

async function start(settings: Settings): Promise<Running> {
  const https = settings.https ? await startHttps(settings) : undefined;
  try {
    return { https, ...(await startServers(settings, https)) };
  } catch (error) {
    await https?.close();
    throw error;
  }
}

async function startServers(
  settings: Settings,
  https: Https | undefined,
): Promise<Omit<Running, 'https'>> {
  const show = terminalOf(settings);
  const log = new EventLog();
  const users = settings.users.map((username) => ({
    username,
    attributes: { phone_number_verified: 'true' },
  }));
  const ownFunction = settings.files.some(({ path }) => path === OWN_FUNCTION);
  let data: DataFile | undefined;
  const endpoint = await startLocalEndpoint({
    port: settings.port,
    poolId: settings.poolId,
    host: settings.host,
    ...(https === undefined ? {} : { certificate: https.certificate }),
    ...(settings.issuer === undefined ? {} : { issuer: settings.issuer }),
    users,
    client: {
      // Longer than a code is valid, so that it is the code that expires.
      authSessionValidityMinutes: SESSION_MINUTES,
      // As on AWS, nobody writes the number that their codes go to.
      writeAttributes: ['locale'],
    },
    ...(settings.smsFault === undefined ? {} : { smsFault: settings.smsFault }),
    ...(ownFunction && { functionVariables }),
    onCall: (operation) => log.called(operation),
    onTrigger: (run) => log.ran(run),
    onRefusal: (operation, error) => log.refused(operation, error),
    onAnswered: () => data?.changed(),
    onFunctionLog: (text) => show({ kind: 'note', text }),
  });
  log.subscribe(show);
  endpoint.inbox.subscribe(show);
  let dynamoDb: LocalDynamoDb | undefined;
  try {
    if (settings.data !== undefined) data = await DataFile.open(settings.data, endpoint, users);
    // The function reads its environment when it is loaded, and needs the addresses of its services.
    if (ownFunction) await setFileEnvironment();
    setLocalEnvironment(endpoint.url);
    if (settings.durable) setDurableEnvironment();
    else setUnlimitedEnvironment();
    if (!settings.json) hushFunctionLog();
    if (ownFunction) await checkSettings();
    // Only now: the check is of the routes as they are written.
    keepRoutesLocal();
    if (settings.durable || needsDynamoDb()) dynamoDb = await startDynamoDb();
    for (const file of settings.files) endpoint.attach(await file.load());
    return { endpoint, data, dynamoDb, page: await startPage(settings, endpoint, log) };
  } catch (error) {
    await Promise.all([endpoint.close(), dynamoDb?.close()]);
    throw error;
  }
}

/** Where people read, or programs. */
function terminalOf({ json }: Settings): (event: TerminalEvent) => void {
  return (event) => console.log(json ? JSON.stringify(event) : lineOf(event));
}

/** Sign-ins go on: what is under way is the user pool's to know. */
async function watchTriggers(settings: Settings, endpoint: LocalEndpoint): Promise<void> {
  const show = terminalOf(settings);
  for (const file of settings.files) {
    await file.watch({
      onReload: (handlers) => {
        endpoint.attach(handlers);
        show({ kind: 'note', text: `${file.path} is loaded anew.` });
      },
      onBroken: ({ message }) => {
        show({ kind: 'note', text: `${message}\nThe function of before stays in use.` });
      },
    });
  }
}

/** Loads what makes certificates only where one is wanted. */
async function startHttps({ host, caFile }: Settings): Promise<Https> {
  const { openHttps } = await import('./https.ts');
  return openHttps(host, caFile);
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

function introduceToPrograms(
  { endpoint, https, dynamoDb, page }: Running,
  { users }: Settings,
): void {
  const { url, userPoolId, clientId } = endpoint;
  const addresses = {
    endpoint: url,
    authority: https?.caFile,
    page: page?.url,
    dynamoDb: dynamoDb?.url,
  };
  console.log(JSON.stringify({ kind: 'started', ...addresses, userPoolId, clientId, users }));
}

function introduceToPeople(running: Running, settings: Settings): void {
  const { endpoint, https, page } = running;
  const demo = page === undefined ? '' : `Open ${page.url}${moved(page, settings)}\n\n`;
  const authority = https === undefined ? '' : `\n  authority    ${https.caFile}`;
  console.log(`${demo}Cognito, End User Messaging, Twilio and SNS are at ${endpoint.url}${authority}
  user pool    ${endpoint.userPoolId}
  app client   ${DEFAULT_CLIENT_ID}
  users        ${settings.users.join(', ')}
  SMS          here, and at ${endpoint.url}/inbox
${exposure(settings)}
In another terminal: ${signInCommand(running, settings)}
${operatorHint(running, settings)}Ctrl-C stops.
`);
}

function exposure({ host }: Settings): string {
  if (isThisMachine(host)) return '';
  return `\nWhoever reaches this machine at ${host} reads every SMS and may change every user.\n`;
}

function signInCommand({ endpoint, https }: Running, { users, ...settings }: Settings): string {
  const usual =
    settings.port === DEFAULT_PORT && settings.host === DEFAULT_HOST && https === undefined;
  const trust = https === undefined ? '' : `NODE_EXTRA_CA_CERTS=${https.caFile} `;
  const address = usual ? '' : ` --endpoint ${endpoint.url}`;
  return `${trust}${typed('sign-in')} ${users[0]}${address}`;
}

/** What is counted in DynamoDB is found by the key of its digests. */
function operatorHint({ dynamoDb }: Running, { users }: Settings): string {
  if (dynamoDb === undefined) return '';
  const { url, tableName } = dynamoDb;
  const command = `${typed('account')} status --phone ${users[0]} --table ${tableName} --endpoint ${url}`;
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
function explain(error: unknown): string | undefined {
  if (error instanceof UsageError || error instanceof ConfigError) return error.message;
  if (error instanceof HandlerError) return error.message;
  const { code, port, address, hostname } = error as Partial<SocketError>;
  switch (code) {
    case 'EADDRINUSE':
      return `Port ${port} is in use: stop what listens there, or choose another with --port.`;
    case 'EACCES':
      return `Port ${port} needs more rights: choose another with --port.`;
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return notAHost(hostname ?? address);
    default:
      return undefined;
  }
}

/** What Node tells of a server that can't listen. */
interface SocketError extends Error {
  readonly code: string;
  readonly port: number;
  readonly address: string;
  /** In place of an address, where it is a name that has none. */
  readonly hostname: string;
}

async function stop({ endpoint, data, https, dynamoDb, page }: Running): Promise<void> {
  await Promise.all([endpoint.close(), https?.close(), dynamoDb?.close(), page?.close()]);
  await data?.save();
}

/** Whatever can't be kept is told, and nothing keeps the process. */
async function exit(running: Running): Promise<never> {
  try {
    await stop(running);
    return process.exit(0);
  } catch (error) {
    console.error(explain(error) ?? error);
    return process.exit(1);
  }
}

async function main(): Promise<void> {
  // Stacks tell lines of the source, whatever a trigger was written in.
  setSourceMapsSupport(true);
  try {
    const settings = readSettings(process.argv.slice(2));
    if (settings === 'help') {
      console.log(HELP);
      return;
    }
    const running = await start(settings);
    // Users are not lost, where on Lambda the container alone would be.
    const show = terminalOf(settings);
    process.on('uncaughtException', (error) => {
      const text = `On Lambda, a fault outside of any answer ends its container: ${inspect(error)}`;
      show({ kind: 'note', text });
    });
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      process.once(signal, () => void exit(running));
    }
    introduce(running, settings);
    if (settings.watch) await watchTriggers(settings, running.endpoint);
  } catch (error) {
    const sentence = explain(error);
    if (sentence === undefined) throw error;
    console.error(sentence);
    process.exitCode = 1;
  }
}

await main();
