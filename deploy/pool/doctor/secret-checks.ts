/** What should be so of the secrets that variables name, as far as it shows without reading them. */
import { DescribeSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { regionOfSecret } from '../../../src/adapters/lib/secrets-manager.ts';
import { SECRET_VARIABLES } from '../../../src/config/environment.ts';
import { type AwsConfig, answerIfAny } from '../aws.ts';
import { good, type Read, readOrNot, toMend } from './finding.ts';

/** ARNs of secrets that are there, by the variables that name them. */
export type SecretArns = Readonly<Record<string, string>>;

export async function checkSecrets(
  environment: Readonly<Record<string, string>>,
  config: AwsConfig,
): Promise<Read<SecretArns>> {
  const reads = Object.values(SECRET_VARIABLES).flatMap((variable) => {
    const id = environment[variable];
    return id ? [checkSecret(variable, id, config)] : [];
  });
  const secrets = await Promise.all(reads);
  return {
    is: Object.assign({}, ...secrets.map(({ is }) => is)),
    findings: secrets.flatMap(({ findings }) => findings),
  };
}

/** What a name or an ARN can hold. A key that is set in its place by mistake is told to nobody. */
const ID = /^[\w/+=.@!:-]{1,512}$/;

/** Shows no id that a secret doesn't answer to: it may be the secret itself. */
async function checkSecret(
  variable: string,
  SecretId: string,
  config: AwsConfig,
): Promise<Read<SecretArns>> {
  const subject = `secret of ${variable}`;
  const region = regionOfSecret(SecretId) ?? config.region;
  const none = toMend(
    subject,
    'is not there, and should be',
    `aws secretsmanager create-secret --region ${region} --name <name> --secret-string <text>, then set ${variable} to that name`,
  );
  if (!ID.test(SecretId)) return { is: undefined, findings: [none] };

  const client = new SecretsManagerClient({ ...config, region });
  const secret = await readOrNot(subject, () =>
    answerIfAny(
      'secretsmanager:DescribeSecret',
      client.send(new DescribeSecretCommand({ SecretId })),
    ),
  );
  if (secret.findings.length > 0) return { is: undefined, findings: secret.findings };
  const { ARN, DeletedDate } = secret.is ?? {};
  if (ARN === undefined) return { is: undefined, findings: [none] };
  const deleted = toMend(
    subject,
    'is being deleted, and nobody can read it',
    `aws secretsmanager restore-secret --region ${region} --secret-id ${ARN}`,
  );
  return {
    is: { [variable]: ARN },
    findings: [DeletedDate === undefined ? good(subject, 'is there') : deleted],
  };
}
