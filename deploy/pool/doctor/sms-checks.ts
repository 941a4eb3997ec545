/** What should be so of the account's SMS by SNS. */
import {
  GetSMSAttributesCommand,
  GetSMSSandboxAccountStatusCommand,
  type SNSClient,
} from '@aws-sdk/client-sns';
import { answerTo } from '../aws.ts';
import { examine, type Finding, good, toMend } from './finding.ts';

/** US dollars a month, which every account begins with: as little as it takes to be cut off in a day. */
const FIRST_LIMIT = 1;

export async function checkSms(sns: SNSClient, region: string): Promise<readonly Finding[]> {
  const subject = `SMS by SNS in ${region}`;
  return [
    ...(await examine(subject, () => checkSandbox(sns, subject))),
    ...(await examine(subject, () => checkSpendLimit(sns, subject, region))),
  ];
}

/** @throws CallError */
async function checkSandbox(sns: SNSClient, subject: string): Promise<readonly Finding[]> {
  const call = sns.send(new GetSMSSandboxAccountStatusCommand({}));
  const { IsInSandbox } = await answerTo('sns:GetSMSSandboxAccountStatus', call);
  return [
    IsInSandbox === true
      ? toMend(
          subject,
          'are in the sandbox, where only numbers that you verified get any',
          'ask AWS to move the account out of it, https://docs.aws.amazon.com/sns/latest/dg/sns-sms-sandbox-moving-to-production.html',
        )
      : good(subject, 'are out of the sandbox'),
  ];
}

/** @throws CallError */
async function checkSpendLimit(
  sns: SNSClient,
  subject: string,
  region: string,
): Promise<readonly Finding[]> {
  const attributes = ['MonthlySpendLimit'];
  const call = sns.send(new GetSMSAttributesCommand({ attributes }));
  const answer = await answerTo('sns:GetSMSAttributes', call);
  const limit = Number(answer.attributes?.MonthlySpendLimit ?? FIRST_LIMIT);
  return [
    limit > FIRST_LIMIT
      ? good(subject, `may cost ${limit} USD a month`)
      : toMend(
          subject,
          `may cost ${limit} USD a month, and should cost what you expect`,
          `ask AWS for a higher quota, then: aws sns set-sms-attributes --region ${region} --attributes MonthlySpendLimit=<USD>`,
        ),
  ];
}
