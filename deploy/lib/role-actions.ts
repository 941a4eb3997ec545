/** What the function's role may do: CDK grants it, and `npm run doctor` asks whether it is so. */
import type { Config } from '../../src/config/config.ts';

/** To phone numbers, and not to topics. */
export const PUBLISH = 'sns:Publish';

/** The items of the table, by their keys. */
export const TABLE_ACTIONS = [
  'dynamodb:GetItem',
  'dynamodb:BatchGetItem',
  'dynamodb:UpdateItem',
  'dynamodb:DeleteItem',
];

/** For the secrets that variables name. */
export const READ_SECRET = 'secretsmanager:GetSecretValue';

/** Marks a number as verified, in the pool. */
export const CONFIRM_PHONE = 'cognito-idp:AdminUpdateUserAttributes';

/** The calls that the gateways need which routes name: on all resources, since a phone number has no ARN. */
export function sendingActions(config: Config): readonly string[] {
  const gateways = gatewaysOf(config);
  const isNamed = (name: string) => gateways.some(({ gateway }) => gateway === name);
  const givesFeedback = gateways.some(({ settings }) => settings.feedback === true);
  return [
    ...(isNamed('sns') ? [PUBLISH] : []),
    ...(isNamed('end-user-messaging') ? ['sms-voice:SendTextMessage'] : []),
    ...(givesFeedback ? ['sms-voice:PutMessageFeedback'] : []),
  ];
}

/** What routes say of each gateway that they name. */
export function gatewaysOf({ sms }: Config) {
  return sms.routes.flatMap((route) => (route.kind === 'send' ? route.gateways : []));
}
