/** `npm run sign-in -- +12025550100`: signs in from the terminal, locally or against a real pool. */
import { createInterface } from 'node:readline';
import {
  type AuthenticationResultType,
  CognitoIdentityProviderClient,
  InitiateAuthCommand,
  RespondToAuthChallengeCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { decodeJwt } from 'jose';
import { parseOptions, UsageError } from '../command-line.ts';

const DEFAULT_ENDPOINT = 'http://127.0.0.1:9229';
const DEFAULT_CLIENT_ID = 'phoneotp';

const HELP = `npm run sign-in -- NUMBER [options]

Signs a phone number in, with the code that arrives by SMS. \`r\` asks for a new code.

  --endpoint URL    a local endpoint (default ${DEFAULT_ENDPOINT})
  --client-id ID    the app client (default ${DEFAULT_CLIENT_ID})
  --region REGION   without --endpoint: the real AWS, in this region
  --help            this text
`;

interface Settings {
  readonly phoneNumber: string;
  readonly clientId: string;
  readonly region: string;
  /** Undefined: the real AWS. */
  readonly endpoint: string | undefined;
}

/** The parts of InitiateAuth's and RespondToAuthChallenge's output that both have. */
interface Round {
  readonly ChallengeParameters?: Readonly<Record<string, string>> | undefined;
  readonly Session?: string | undefined;
  readonly AuthenticationResult?: AuthenticationResultType | undefined;
}

/** @throws UsageError */
function readSettings(args: string[]): Settings | 'help' {
  const { values, positionals } = parse(args);
  if (values.help) return 'help';
  const [phoneNumber = ''] = positionals;
  if (positionals.length !== 1 || !/^\+[1-9]\d{1,14}$/.test(phoneNumber)) {
    throw new UsageError(
      `Give one phone number in E.164, such as +12025550100, not '${positionals.join(' ')}'.`,
    );
  }
  const local = values.region === undefined ? DEFAULT_ENDPOINT : undefined;
  const endpoint = values.endpoint ?? local;
  if (endpoint !== undefined && !URL.canParse(endpoint)) {
    throw new UsageError(`--endpoint takes a URL such as ${DEFAULT_ENDPOINT}, not '${endpoint}'.`);
  }
  return {
    phoneNumber,
    clientId: values['client-id'],
    region: values.region ?? 'us-east-1',
    endpoint,
  };
}

function parse(args: string[]) {
  return parseOptions('npm run sign-in', {
    args,
    allowPositionals: true,
    options: {
      endpoint: { type: 'string' },
      'client-id': { type: 'string', default: DEFAULT_CLIENT_ID },
      region: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
}

async function signIn(settings: Settings, lines: AsyncIterator<string>): Promise<void> {
  const { phoneNumber, clientId: ClientId, region, endpoint } = settings;
  const cognito = new CognitoIdentityProviderClient({
    region,
    ...(endpoint === undefined ? {} : { endpoint }),
  });
  let round: Round = await cognito.send(
    new InitiateAuthCommand({
      AuthFlow: 'CUSTOM_AUTH',
      ClientId,
      AuthParameters: { USERNAME: phoneNumber },
    }),
  );
  while (round.AuthenticationResult === undefined) {
    show(round.ChallengeParameters ?? {});
    const answer = await ask(lines);
    const resend = answer.toLowerCase() === 'r';
    // Every round has a Session of its own: the one before is dead once it was answered.
    round = await cognito.send(
      new RespondToAuthChallengeCommand({
        ClientId,
        ChallengeName: 'CUSTOM_CHALLENGE',
        Session: round.Session,
        ChallengeResponses: {
          USERNAME: round.ChallengeParameters?.USERNAME ?? phoneNumber,
          ANSWER: resend ? 'resend' : answer,
        },
        ...(resend ? { ClientMetadata: { action: 'resend' } } : {}),
      }),
    );
  }
  console.log('\nSigned in. The id token says:');
  console.log(decodeJwt(round.AuthenticationResult.IdToken ?? ''));
}

function show(parameters: Readonly<Record<string, string>>): void {
  const { message, status, CODE_DELIVERY_DESTINATION: destination = '' } = parameters;
  const { attemptsRemaining, resendsRemaining } = parameters;
  const facts = [
    status,
    // A mask without a digit tells nothing.
    /\d/.test(destination) && `to ${destination}`,
    attemptsRemaining && `tries left: ${attemptsRemaining}`,
    resendsRemaining && `resends left: ${resendsRemaining}`,
  ];
  console.log(`\n${message ?? 'A code is asked for'}  [${facts.filter(Boolean).join(', ')}]`);
}

/** @throws UsageError where the input ends before the sign-in does */
async function ask(lines: AsyncIterator<string>): Promise<string> {
  for (;;) {
    process.stdout.write('Code (r = send a new one): ');
    const { value, done } = await lines.next();
    if (done === true) throw new UsageError('\nThe input ended before the sign-in did.');
    const answer = value.trim();
    if (answer !== '') return answer;
  }
}

/** One sentence for what a user can mend; anything else is a fault and keeps its stack. */
function explain(error: unknown, endpoint: string | undefined): string | undefined {
  if (error instanceof UsageError) return error.message;
  if (!(error instanceof Error)) return undefined;
  if ('code' in error && error.code === 'ECONNREFUSED') {
    return `Nothing answers at ${endpoint}: is \`npm start\` running?`;
  }
  if (error.name === 'NotAuthorizedException') return `\nNot signed in: ${error.message}`;
  return '$metadata' in error ? `\nCognito refused: ${error.name}: ${error.message}` : undefined;
}

async function main(): Promise<void> {
  let endpoint: string | undefined;
  const input = createInterface({ input: process.stdin });
  try {
    const settings = readSettings(process.argv.slice(2));
    if (settings === 'help') {
      console.log(HELP);
      return;
    }
    endpoint = settings.endpoint;
    await signIn(settings, input[Symbol.asyncIterator]());
  } catch (error) {
    const sentence = explain(error, endpoint);
    if (sentence === undefined) throw error;
    console.error(sentence);
    process.exitCode = 1;
  } finally {
    input.close();
  }
}

await main();
