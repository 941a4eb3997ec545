/** `npm run sign-in -- +12025550100`: signs in from the terminal, locally or against a real pool. */
import { createHmac } from 'node:crypto';
import { createInterface } from 'node:readline';
import {
  type AuthenticationResultType,
  CognitoIdentityProviderClient,
  InitiateAuthCommand,
  RespondToAuthChallengeCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { decodeJwt } from 'jose';
import { REVIEW_CODE_DIGITS } from '../../src/domain/review-numbers.ts';
import { isWebAddress, parseOptions, typed, UsageError } from '../command-line.ts';
import { waitText } from './web/durations.ts';

const DEFAULT_ENDPOINT = 'http://127.0.0.1:9229';
const DEFAULT_CLIENT_ID = 'phoneotp';

const HELP = `${typed('sign-in')} NUMBER [options]

Signs a phone number in, with the code that arrives by SMS. \`r\` asks for a new code.

  --endpoint URL    a local endpoint (default ${DEFAULT_ENDPOINT})
  --client-id ID    the app client (default ${DEFAULT_CLIENT_ID})
  --region REGION   without --endpoint: the real AWS, in this region
  --tokens          print the tokens, as JSON and by themselves, so that they can be piped
  --help            this text

An app client with a secret wants it in the variable CLIENT_SECRET, where no list of processes shows it.
`;

interface Settings {
  readonly phoneNumber: string;
  readonly clientId: string;
  readonly region: string;
  /** Undefined: the real AWS. */
  readonly endpoint: string | undefined;
  readonly clientSecret: string | undefined;
  /** Whether to print the tokens themselves. */
  readonly tokens: boolean;
  /** Talks to the user, where nothing that is piped on gets mixed up with it. */
  readonly say: (text: string, end?: string) => void;
}

type Parameters = Readonly<Record<string, string>>;

/** The parts of InitiateAuth's and RespondToAuthChallenge's output that both have. */
interface Round {
  readonly ChallengeParameters?: Parameters | undefined;
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
  if (endpoint !== undefined && !isWebAddress(endpoint)) {
    throw new UsageError(`--endpoint takes a URL such as ${DEFAULT_ENDPOINT}, not '${endpoint}'.`);
  }
  return {
    phoneNumber,
    clientId: values['client-id'],
    region: values.region ?? 'us-east-1',
    endpoint,
    clientSecret: process.env.CLIENT_SECRET || undefined,
    tokens: values.tokens,
    say: sayOn(values.tokens ? process.stderr : process.stdout),
  };
}

function sayOn(stream: NodeJS.WriteStream): Settings['say'] {
  return (text, end = '\n') => {
    stream.write(`${text}${end}`);
  };
}

function parse(args: string[]) {
  return parseOptions('sign-in', {
    args,
    allowPositionals: true,
    options: {
      endpoint: { type: 'string' },
      'client-id': { type: 'string', default: DEFAULT_CLIENT_ID },
      region: { type: 'string' },
      tokens: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
}

async function signIn(settings: Settings, lines: AsyncIterator<string>): Promise<void> {
  const { phoneNumber, clientId: ClientId, region, endpoint, say } = settings;
  const cognito = new CognitoIdentityProviderClient({
    region,
    ...(endpoint === undefined ? {} : { endpoint }),
  });
  say('Asking for a code…');
  let round: Round = await cognito
    .send(
      new InitiateAuthCommand({
        AuthFlow: 'CUSTOM_AUTH',
        ClientId,
        AuthParameters: { USERNAME: phoneNumber, ...secretHash(settings, phoneNumber) },
      }),
    )
    .catch((error: unknown) => {
      throw explainRefusedStart(error, settings);
    });
  while (round.AuthenticationResult === undefined) {
    const { ChallengeParameters: parameters = {}, Session } = round;
    say(describe(parameters));
    const answer = await ask(parameters, lines, say);
    const resend = isResend(answer);
    const USERNAME = parameters.USERNAME ?? phoneNumber;
    // Every round has a Session of its own: the one before is dead once it was answered.
    round = await cognito.send(
      new RespondToAuthChallengeCommand({
        ClientId,
        ChallengeName: 'CUSTOM_CHALLENGE',
        Session,
        ChallengeResponses: {
          USERNAME,
          ANSWER: resend ? 'resend' : answer,
          ...secretHash(settings, USERNAME),
        },
        ...(resend ? { ClientMetadata: { action: 'resend' } } : {}),
      }),
    );
  }
  showTokens(round.AuthenticationResult, settings);
}

/** What a client with a secret adds to every call: that it knows the secret. */
function secretHash({ clientSecret, clientId }: Settings, username: string) {
  if (clientSecret === undefined) return {};
  const hmac = createHmac('sha256', clientSecret).update(username + clientId);
  return { SECRET_HASH: hmac.digest('base64') };
}

/** Cognito says the same of several mistakes, and of none how to mend it. */
function explainRefusedStart(error: unknown, { clientId, clientSecret }: Settings): unknown {
  if (!(error instanceof Error) || error.name !== 'NotAuthorizedException') return error;
  const said = `\nNot signed in: ${error.message.replace(/\.$/, '')}.`;
  if (/secret/i.test(error.message)) {
    const mend = clientSecret === undefined ? 'Put' : 'CLIENT_SECRET is not the right one: put';
    return new UsageError(`${said} ${mend} the secret of ${clientId} into CLIENT_SECRET.`);
  }
  return /^Incorrect/.test(error.message)
    ? new UsageError(
        `${said} Either there is no such user, or the function wants a password first (PASSWORD_FIRST), which this command has not.`,
      )
    : error;
}

function describe(parameters: Parameters): string {
  const { message, status, CODE_DELIVERY_DESTINATION: destination = '' } = parameters;
  const { attemptsRemaining, resendsRemaining } = parameters;
  const facts = [
    status,
    // A mask without a digit tells nothing.
    /\d/.test(destination) && `to ${destination}`,
    attemptsRemaining && `tries left: ${attemptsRemaining}`,
    seconds(parameters.expiresInSeconds, (life) => `valid for ${life}`),
    resendsRemaining && `resends left: ${resendsRemaining}`,
    resendsRemaining !== '0' &&
      seconds(parameters.resendAfterSeconds, (wait) => `next one in ${wait}`),
  ];
  return `\n${message ?? 'A code is asked for'}  [${facts.filter(Boolean).join(', ')}]`;
}

/** Nothing for no time, or where the function does not tell. */
function seconds(text: string | undefined, say: (time: string) => string): string | undefined {
  const count = Number(text ?? 0);
  return count > 0 ? say(waitText(count * 1000)) : undefined;
}

/** @throws UsageError where the input ends before the sign-in does */
async function ask(
  parameters: Parameters,
  lines: AsyncIterator<string>,
  say: (text: string, end?: string) => void,
): Promise<string> {
  const { codeLength, resendsRemaining } = parameters;
  for (;;) {
    say(resendsRemaining === '0' ? 'Code: ' : 'Code (r = send a new one): ', '');
    const { value, done } = await lines.next();
    if (done === true) throw new UsageError('\nThe input ended before the sign-in did.');
    const answer = value.trim();
    if (isResend(answer) || isWhole(answer, codeLength)) return answer;
    if (answer !== '') say(`The code has ${codeLength} digits. Nothing was sent.`);
  }
}

function isResend(answer: string): boolean {
  return answer.toLowerCase() === 'r';
}

/** Part of a code would cost a try. That of a review number may be longer than the round says. */
function isWhole(answer: string, codeLength: string | undefined): boolean {
  if (codeLength === undefined) return answer !== '';
  const digits = answer.match(/\p{Nd}/gu)?.length ?? 0;
  return String(digits) === codeLength || digits >= REVIEW_CODE_DIGITS;
}

function showTokens(result: AuthenticationResultType, { tokens, say }: Settings): void {
  if (tokens) {
    say('\nSigned in.');
    console.log(JSON.stringify(result, undefined, 2));
    return;
  }
  say('\nSigned in. The id token says:');
  console.log(decodeJwt(result.IdToken ?? ''));
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
