import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { rehearse } from '../../../src/adapters/lib/rehearsal.ts';
import { startSnsServer } from '../../support/sns-server.ts';

const ANSWER = '<PublishResponse><PublishResult/></PublishResponse>';

async function createClient() {
  const server = await startSnsServer();
  const credentials = vi.fn(async () => ({ accessKeyId: 'test', secretAccessKey: 'test' }));
  const client = new SNSClient({ region: 'eu-west-1', endpoint: server.url, credentials });
  onTestFinished(async () => {
    client.destroy();
    await server.close();
  });
  const publish = (PhoneNumber: string) => new PublishCommand({ PhoneNumber, Message: 'Hello' });
  const rehearsePublish = () => {
    const command = publish('');
    return rehearse(command, ANSWER, () => client.send(command));
  };
  return { server, credentials, client, publish, rehearsePublish };
}

describe('A rehearsed command', () => {
  it('goes all the way but the network', async () => {
    const { server, credentials, rehearsePublish } = await createClient();
    await rehearsePublish();
    expect(credentials).toHaveBeenCalledOnce();
    expect(server.requests).toHaveLength(0);
  });

  it('leaves the client as it was: the next one is sent', async () => {
    const { server, credentials, client, publish, rehearsePublish } = await createClient();
    await rehearsePublish();
    await client.send(publish('+12025554567'));
    expect(server.requests.map((request) => request.get('PhoneNumber'))).toEqual(['+12025554567']);
    // What was looked up for the rehearsal need not be looked up again.
    expect(credentials).toHaveBeenCalledOnce();
  });

  it('may fail, as a first one would', async () => {
    const { credentials, rehearsePublish } = await createClient();
    credentials.mockRejectedValue(new Error('No credentials'));
    await expect(rehearsePublish()).resolves.toBeUndefined();
  });
});
