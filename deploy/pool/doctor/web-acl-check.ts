/** Whether AWS WAF guards the user pool, which is a choice. */
import { GetWebACLForResourceCommand, WAFV2Client } from '@aws-sdk/client-wafv2';
import { type AwsConfig, answerTo } from '../aws.ts';
import { examine, type Finding, good, note } from './finding.ts';

/** @see https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-waf.html */
const ACTIONS = 'wafv2:GetWebACLForResource and cognito-idp:GetWebACLForResource';

export function checkWebAcl(poolArn: string, config: AwsConfig): Promise<readonly Finding[]> {
  const subject = 'web ACL of the pool';
  return examine(subject, async () => {
    const command = new GetWebACLForResourceCommand({ ResourceArn: poolArn });
    const { WebACL: acl } = await answerTo(ACTIONS, new WAFV2Client(config).send(command));
    return [
      acl === undefined
        ? note(subject, 'is not there: with AWS WAF it could limit what one IP address may call')
        : good(subject, `is ${acl.Name}`),
    ];
  });
}
