/** What the function's role may do, and nothing else. */
import { Aws } from 'aws-cdk-lib';
import type { IUserPool } from 'aws-cdk-lib/aws-cognito';
import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import { Effect, type IGrantable, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { ISecret, Secret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Config } from '../../src/config/config.ts';
import { gatewaysOf } from './function-settings.ts';

/** The calls that the gateways need which routes name. */
export function sendingStatements(config: Config): readonly PolicyStatement[] {
  const gateways = gatewaysOf(config);
  const isNamed = (name: string) => gateways.some(({ gateway }) => gateway === name);
  const givesFeedback = gateways.some(({ settings }) => settings.feedback === true);
  return [
    // A phone number has no ARN, so that it takes all resources; topics are then taken out.
    ...(isNamed('sns')
      ? [
          new PolicyStatement({ actions: ['sns:Publish'], resources: ['*'] }),
          new PolicyStatement({
            effect: Effect.DENY,
            actions: ['sns:Publish'],
            resources: [`arn:${Aws.PARTITION}:sns:*:*:*`],
          }),
        ]
      : []),
    ...(isNamed('end-user-messaging')
      ? [
          new PolicyStatement({
            actions: [
              'sms-voice:SendTextMessage',
              ...(givesFeedback ? ['sms-voice:PutMessageFeedback'] : []),
            ],
            resources: ['*'],
          }),
        ]
      : []),
  ];
}

/** The items of the table, one by one. */
export function tableStatement(table: Table): PolicyStatement {
  return new PolicyStatement({
    actions: ['dynamodb:GetItem', 'dynamodb:UpdateItem', 'dynamodb:DeleteItem'],
    resources: [table.tableArn],
  });
}

/** Lets the function read these secrets, decrypting those that have a key of their own. */
export function grantSecrets(secrets: readonly (ISecret | Secret)[], reader: IGrantable): void {
  const resources = secrets.map(
    // A secret that is known by its name alone has six characters more in its ARN.
    ({ secretFullArn, secretArn }) => secretFullArn ?? `${secretArn}-??????`,
  );
  reader.grantPrincipal.addToPrincipalPolicy(
    new PolicyStatement({ actions: ['secretsmanager:GetSecretValue'], resources }),
  );
  for (const { encryptionKey } of secrets) {
    encryptionKey?.grantDecrypt(reader);
  }
}

/** The call that marks a number as verified. */
export function confirmPhoneStatement(userPool: IUserPool): PolicyStatement {
  return new PolicyStatement({
    actions: ['cognito-idp:AdminUpdateUserAttributes'],
    resources: [userPool.userPoolArn],
  });
}
