/**
 * Run by a test as a process of its own: has a bundle send a code, and tells what Node loaded for it. It
 * imports nothing, for that would be loaded, too.
 */
import type { Context } from 'aws-lambda';
import type { Handler } from '../../src/pipeline.ts';
import type { AuthChallengeEvent } from '../../src/trigger-events.ts';

const [bundle = ''] = process.argv.slice(2);
const before = new Set(loadedOfNode());
const { handler }: { readonly handler: Handler } = await import(bundle);
const event: AuthChallengeEvent = {
  version: '1',
  region: 'eu-west-1',
  userPoolId: 'eu-west-1_pool',
  userName: 'user',
  callerContext: { awsSdkVersion: 'aws-sdk-unknown-unknown', clientId: 'client' },
  triggerSource: 'CreateAuthChallenge_Authentication',
  request: {
    userAttributes: { sub: 'user', phone_number: '+12025554567', phone_number_verified: 'true' },
    challengeName: 'CUSTOM_CHALLENGE',
    session: [],
  },
  response: {},
} as never;
const { response } = await handler(event, {} as Context);
const loaded = loadedOfNode().filter((name) => !before.has(name));
process.stdout.write(`\n${JSON.stringify({ response, loaded })}`);

/** Node's own modules that are loaded; it tells them for its own tests. */
function loadedOfNode(): readonly string[] {
  return (process as unknown as { readonly moduleLoadList: readonly string[] }).moduleLoadList;
}
