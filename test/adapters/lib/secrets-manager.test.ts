import { describe, expect, it } from 'vitest';
import { readSecret } from '../../../src/adapters/lib/secrets-manager.ts';
import { startSecretsManager } from '../../support/secrets-manager-server.ts';

const ARN = 'arn:aws:secretsmanager:ap-southeast-1:123456789012:secret:otp-key-a1b2c3';

describe('A secret of Secrets Manager', () => {
  it('is read by its name or its ARN, each with one request', async () => {
    const { asked } = await startSecretsManager({
      'otp-key': { SecretString: 'one' },
      [ARN]: { SecretString: 'other' },
    });
    expect(await readSecret('otp-key')).toBe('one');
    expect(await readSecret(ARN)).toBe('other');
    expect(asked).toEqual(['otp-key', ARN]);
  });

  it.each([
    [ARN, 'ap-southeast-1'],
    [
      ARN.replace('arn:aws:', 'arn:aws-us-gov:').replace('ap-southeast-1', 'us-gov-west-1'),
      'us-gov-west-1',
    ],
    ['otp-key', 'eu-west-1'],
    [`name/with/${ARN}`, 'eu-west-1'],
  ])(
    'is asked for in the region that its ARN names, or else the function’s: %s',
    async (id, region) => {
      const { regions } = await startSecretsManager({ [id]: { SecretString: 'one' } });
      await readSecret(id);
      expect(regions).toEqual([region]);
    },
  );

  it('that does not exist is told by the error’s name', async () => {
    await startSecretsManager({});
    await expect(readSecret('otp-key')).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
    });
  });

  it.each([{ SecretBinary: 'AAAA' }, { SecretString: '' }])(
    'without text is none: %j',
    async (secret) => {
      await startSecretsManager({ 'otp-key': secret });
      await expect(readSecret('otp-key')).rejects.toMatchObject({
        name: 'SecretWithoutText',
        code: 'SECRET_WITHOUT_TEXT',
        message: 'The secret holds no text',
      });
    },
  );
});
