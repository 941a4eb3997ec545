/** `npm run keys`: a new OTP_HASH_KEY in place of the old one, in three steps that break no sign-in. */
import { LambdaClient } from '@aws-sdk/client-lambda';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { regionOfSecret } from '../src/adapters/lib/secrets-manager.ts';
import { clientConfig, parseOptions, typed, UsageError } from './command-line.ts';
import {
  type HashKeySecret,
  type KeyStep,
  readHashKeys,
  STEPS,
  writeHashKeys,
} from './on-call/hash-key-secret.ts';
import {
  beginAnew,
  checkAlias,
  findFunction,
  hasBegunWith,
  type ServingFunction,
} from './on-call/new-containers.ts';
import { PLACE_HELP, PLACE_OPTIONS } from './on-call/table-place.ts';
import { runCommand } from './pool/report.ts';

const HELP = `${typed('keys')} add|sign|drop --function NAME [options]

Replaces the function's OTP_HASH_KEY, which is kept in Secrets Manager
(OTP_HASH_KEY_SECRET), in three steps:

add   a new key is known to all containers, and signs nothing yet
sign  it signs; the old one is known, still
drop  the old key goes: at the earliest 15 minutes after sign, since for so long Cognito
      keeps a sign-in open that the old key signed

Each step ends with new containers, by a change of a variable that nothing reads
(HASH_KEY_SECRET_VERSION); where an alias is named, with a new version that it leads to.
A step that was interrupted is ended by running it again, and does no harm a second time.
No key is ever shown. OTP_LOOKUP_KEY stays: it must be set.
Ends with 0 if the step is done; with 1 if not.

  --function NAME   the function's name or ARN, with the alias that the pool calls, if any
  --secret ID       the secret's ARN or name (default: the function's OTP_HASH_KEY_SECRET)
${PLACE_HELP.replace('another DynamoDB', 'another AWS')}`;

/** Milliseconds until a container of before has ended its last call, Lambda's clock and ours apart. */
const LAST_CALLS_MS = 60_000;

/** Milliseconds for which Cognito keeps a round open that the old key signed, at most. */
const OPEN_ROUNDS_MS = 15 * 60_000;

interface Order {
  readonly step: KeyStep;
  readonly functionName: string;
  readonly secretId: string | undefined;
  readonly client: ReturnType<typeof clientConfig>;
  readonly json: boolean;
}

/** @throws UsageError */
function readOrder(args: string[]): Order | 'help' {
  const { values, positionals } = parseOptions('keys', {
    args,
    allowPositionals: true,
    options: { function: { type: 'string' }, secret: { type: 'string' }, ...PLACE_OPTIONS },
  });
  if (values.help) return 'help';
  const step = STEPS.find((known) => known === positionals.join(' '));
  if (step === undefined)
    throw new UsageError(`Say add, sign or drop: see ${typed('keys')} --help.`);
  const { function: functionName = '', secret, json, region, profile, endpoint } = values;
  if (functionName === '') {
    throw new UsageError("--function takes the function's ARN or name, such as phone-otp.");
  }
  const client = clientConfig({ region, profile, endpoint }, 'http://127.0.0.1:4566');
  return { step, functionName, secretId: secret, client, json };
}

interface Outcome {
  readonly step: KeyStep;
  readonly secretVersion: string;
  /** How many keys the secret holds. */
  readonly keys: number;
  /** Whether anything had to be done. */
  readonly changed: boolean;
}

/** @throws CallError, UsageError */
async function carryOut({ step, functionName, secretId, client }: Order): Promise<Outcome> {
  const lambda = new LambdaClient(client);
  const serving = await findFunction(lambda, functionName);
  const id = secretOf(serving, secretId);
  const region = regionOfSecret(id);
  const secrets = new SecretsManagerClient({ ...client, ...(region !== undefined && { region }) });
  const secret = await readHashKeys(secrets, id);
  const isWritten = isTaken(step, secret);
  if (!isWritten) checkTurn(step, secret, serving);
  if (!(isWritten && hasBegunWith(serving, secret.versionId))) await checkAlias(lambda, serving);
  const secretVersion = isWritten
    ? secret.versionId
    : await writeHashKeys(secrets, id, step, secret);
  const isCurrent = hasBegunWith(serving, secretVersion);
  if (!isCurrent) await beginAnew(lambda, serving, secretVersion);
  const keys = step === 'drop' ? 1 : 2;
  return { step, secretVersion, keys, changed: !isWritten || !isCurrent };
}

/** @throws UsageError where its keys are elsewhere, or counts would start anew */
function secretOf({ serving }: ServingFunction, named: string | undefined): string {
  const {
    OTP_HASH_KEY_SECRET: its,
    OTP_LOOKUP_KEY,
    OTP_LOOKUP_KEY_SECRET,
    SETTINGS_FILE,
  } = serving.Environment?.Variables ?? {};
  const id = named ?? its;
  if (!id) {
    throw new UsageError(
      'The function has no OTP_HASH_KEY_SECRET: name its secret with --secret, or replace a key of its environment by hand, as deploy/configuration.md says.',
    );
  }
  // A file of settings can't be seen from here.
  if (!OTP_LOOKUP_KEY && !OTP_LOOKUP_KEY_SECRET && !SETTINGS_FILE) {
    throw new UsageError(
      'The function has no OTP_LOOKUP_KEY, so that a change of keys would make all counts start anew: set it to the key in use first, as deploy/configuration.md says.',
    );
  }
  return id;
}

/** Whether the secret is where the step leads. A single key was left by `drop` where that wrote it. */
function isTaken(step: KeyStep, { step: last, versionId }: HashKeySecret): boolean {
  return last === step && (step !== 'drop' || versionId.startsWith('phone-otp-drop-'));
}

const BEFORE = { add: 'drop', sign: 'add', drop: 'sign' } as const;

/** @throws UsageError where another step comes first, or it is too early */
function checkTurn(step: KeyStep, secret: HashKeySecret, serving: ServingFunction): void {
  const before = BEFORE[step];
  if (secret.step !== before) {
    const is = {
      add: 'A new key is known, and signs nothing yet: run sign next.',
      sign: 'The new key signs, and the old one is known: run drop next.',
      drop: 'There is one key: run add first.',
    };
    throw new UsageError(is[secret.step]);
  }
  if (step === 'add') return;
  if (!hasBegunWith(serving, secret.versionId)) {
    throw new UsageError(`Not all containers know of the last step: run ${before} again first.`);
  }
  const since = Math.max(secret.writtenAt, Date.parse(serving.serving.LastModified ?? '') || 0);
  const from = since + LAST_CALLS_MS + (step === 'drop' ? OPEN_ROUNDS_MS : 0);
  if (Date.now() < from) {
    throw new UsageError(
      `It is too early: sign-ins are under way that go by the keys of before. Run it again from ${new Date(from).toISOString()} on.`,
    );
  }
}

const SAYS: Readonly<Record<KeyStep, string>> = {
  add: 'A new key is known to all containers, and signs nothing yet. Next, in a minute: sign.',
  sign: 'The new key signs, and the old one is known. Next, in 16 minutes: drop.',
  drop: 'The old key is gone: one key is left, which signs.',
};

await runCommand(async () => {
  const order = readOrder(process.argv.slice(2));
  if (order === 'help') {
    console.log(HELP);
    return;
  }
  const outcome = await carryOut(order);
  const again = outcome.changed ? '' : ' It was so before.';
  console.log(order.json ? JSON.stringify(outcome, undefined, 2) : `${SAYS[outcome.step]}${again}`);
});
