/** What the function's role may do, and nothing else. */
import { Aws } from 'aws-cdk-lib';
import type { IUserPool } from 'aws-cdk-lib/aws-cognito';
import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import { Effect, type IGrantable, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { ISecret, Secret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Config } from '../../src/config/config.ts';
import {
  CONFIRM_PHONE,
  PUBLISH,
  READ_SECRET,
  sendingActions,
  TABLE_ACTIONS,
} from '../lib/role-actions.ts';

/** The calls that the gateways need which routes name. */
export function sendingStatements(config: Config): readonly PolicyStatement[] {
  const actions = sendingActions(config);
  const others = actions.filter((action) => action !== PUBLISH);
  return [
    // A phone number has no ARN, so that it takes all resources; topics are then taken out.
    ...(actions.includes(PUBLISH)
      ? [
          new PolicyStatement({ actions: [PUBLISH], resources: ['*'] }),
          new PolicyStatement({
            effect: Effect.DENY,
            actions: [PUBLISH],
            resources: [`arn:${Aws.PARTITION}:sns:*:*:*`],
          }),
        ]
      : []),
    ...(others.length > 0 ? [new PolicyStatement({ actions: others, resources: ['*'] })] : []),
  ];
}

/** The items of the table, one by one. */
export function tableStatement(table: Table): PolicyStatement {
  return new PolicyStatement({
    actions: TABLE_ACTIONS,
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
    new PolicyStatement({ actions: [READ_SECRET], resources }),
  );
  for (const { encryptionKey } of secrets) {
    encryptionKey?.grantDecrypt(reader);
  }
}

/** The call that marks a number as verified. */
export function confirmPhoneStatement(userPool: IUserPool): PolicyStatement {
  return new PolicyStatement({
    actions: [CONFIRM_PHONE],
    resources: [userPool.userPoolArn],
  });
}
