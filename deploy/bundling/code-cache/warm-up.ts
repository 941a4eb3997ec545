/**
 * Run by the build as a process of its own: signs in by the bundle, with wrong and right codes, writes
 * down what V8 compiled for that, and of which files.
 */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  CognitoIdentityProviderClient,
  InitiateAuthCommand,
  RespondToAuthChallengeCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { localClientConfig } from '../../local/client-config.ts';
import { type LocalDynamoDb, startLocalDynamoDb } from '../../local/dynamodb.ts';
import { type LocalEndpoint, startLocalEndpoint } from '../../local/endpoint.ts';
import {
  chosenTableName,
  keepRoutesLocal,
  needsDynamoDb,
  setDynamoDbAddress,
  setLocalEnvironment,
} from '../../local/environment.ts';
import { CACHE, type CachedScript, CONTENTS, Scripts } from './scripts.ts';

const USER = '+12025550100';

/** Answers to one sign-in: a wrong code, the wish for another, and what stands for the right one. */
const RIGHT = Symbol('the code of the newest SMS');
const ANSWERS = ['000000', 'RESEND', RIGHT] as const;

const [root = ''] = process.argv.slice(2);
const scripts = new Scripts(root);
const endpoint = await startLocalEndpoint({
  users: [{ username: USER, attributes: { phone_number_verified: 'true' } }],
  client: { authSessionValidityMinutes: 15 },
});
let dynamoDb: LocalDynamoDb | undefined;
try {
  setLocalEnvironment(endpoint.url);
  Object.assign(process.env, {
    CONFIRM_PHONE: '',
    REQUIRE_VERIFIED_PHONE: '',
    OTP_RESEND_COOLDOWN_SECONDS: '0',
  });
  keepRoutesLocal();
  if (needsDynamoDb()) {
    dynamoDb = await startLocalDynamoDb(chosenTableName());
    setDynamoDbAddress(dynamoDb.url);
  }
  const handler = await scripts.load().start({ kind: 'accepted' });
  endpoint.attach({
    DefineAuthChallenge: handler,
    CreateAuthChallenge: handler,
    VerifyAuthChallengeResponse: handler,
  });
  await signIn(endpoint);
  await writeCache();
} finally {
  await Promise.all([endpoint.close(), dynamoDb?.close()]);
}
// The bundle's own clients may keep a connection for a while.
process.exit(0);

async function writeCache(): Promise<void> {
  const caches = [...scripts.compiled].map(([path, script]) => ({
    path,
    cache: script.createCachedData(),
  }));
  await writeFile(join(root, CACHE), Buffer.concat(caches.map(({ cache }) => cache)));
  const contents = caches.map(({ path, cache }): CachedScript => ({ path, length: cache.length }));
  await writeFile(join(root, CONTENTS), JSON.stringify(contents));
}

/** @throws Error where it does not end in tokens: such a cache would hold too little. */
async function signIn({ url, clientId: ClientId, inbox }: LocalEndpoint): Promise<void> {
  const cognito = new CognitoIdentityProviderClient(localClientConfig(url));
  let answer = await cognito.send(
    new InitiateAuthCommand({
      ...{ ClientId, AuthFlow: 'CUSTOM_AUTH', AuthParameters: { USERNAME: USER } },
    }),
  );
  for (const given of ANSWERS) {
    const [code = ''] = /\d{6,10}/.exec(inbox.messages.at(-1)?.message ?? '') ?? [];
    const ANSWER = given === RIGHT ? code : given;
    const { Session } = answer;
    answer = await cognito.send(
      new RespondToAuthChallengeCommand({
        ...{ ClientId, ChallengeName: 'CUSTOM_CHALLENGE', Session },
        ChallengeResponses: { USERNAME: USER, ANSWER },
      }),
    );
  }
  if (answer.AuthenticationResult === undefined) {
    throw new Error('The warm-up was not signed in.');
  }
}
