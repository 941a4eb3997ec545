import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';

/** A start may take 10 seconds on Lambda; a try that hangs must leave time for the next one. */
const TRY_MS = 2500;

/** The region that a secret's ARN names; a name has none, and stands for one of the caller's own region. */
export function regionOfSecret(id: string): string | undefined {
  return /^arn:[\w-]+:secretsmanager:([\w-]+):/.exec(id)?.[1];
}

/**
 * The text of a secret of AWS Secrets Manager, in the region that its ARN names, or else the function's.
 *
 * @param id its ARN or name.
 * @throws the SDK's error, or an Error where the secret holds no text.
 * @see https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetSecretValue.html
 */
export async function readSecret(id: string): Promise<string> {
  const region = regionOfSecret(id);
  const client = new SecretsManagerClient({
    ...(region !== undefined && { region }),
    requestHandler: {
      connectionTimeout: TRY_MS,
      requestTimeout: TRY_MS,
      throwOnRequestTimeout: true,
    },
  });
  try {
    const { SecretString } = await client.send(new GetSecretValueCommand({ SecretId: id }));
    if (!SecretString) {
      throw new SecretWithoutText('The secret holds no text');
    }
    return SecretString;
  } finally {
    client.destroy();
  }
}

/** A secret is empty, or holds bytes. */
class SecretWithoutText extends Error {
  override readonly name = 'SecretWithoutText';
  readonly code = 'SECRET_WITHOUT_TEXT';
}
