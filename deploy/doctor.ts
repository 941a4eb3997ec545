/** `npm run doctor`: whether a user pool, its app clients, the function and what that needs are as they should be. */
import { parseOptions, readUserPoolId, typed } from './command-line.ts';
import { checkUp, type Patient } from './pool/doctor/check-up.ts';
import { type Finding, lineOf } from './pool/doctor/finding.ts';
import { runCommand } from './pool/report.ts';

const HELP = `${typed('doctor')} --user-pool ID [options]

Looks at a user pool, its app clients, triggers and web ACL, the function with its
settings, its permission, its secrets and its role, the table, SMS by SNS, and the senders
that settings name. Prints a line for each: what is, what should be, and what mends it.
Changes nothing, and reads no secret.

Ends with 0 if all is as it should be; with 1 if there is anything to mend; with 2 if not,
but something could not be read.

  --user-pool ID    such as eu-west-1_AbCdEfGhI
  --client ID       an app client that signs users in by code; may be repeated
                    (default: every one that can begin such a sign-in)
  --function ARN    the function's ARN or name (default: the one that the triggers call)
  --unread-ok       end with 0, too, where something could not be read
  --region REGION   default: the one that the pool's id begins with
  --profile NAME    of the AWS configuration files (default: the environment's credentials)
  --json            one object of JSON, for programs
  --help            this text

What the credentials may not read is a line of its own. All of it takes, to read alone:
cognito-idp:DescribeUserPool, DescribeUserPoolClient and ListUserPoolClients,
lambda:GetFunctionConfiguration and GetPolicy, dynamodb:DescribeTable and
DescribeTimeToLive, sns:GetSMSSandboxAccountStatus and GetSMSAttributes,
secretsmanager:DescribeSecret, iam:SimulatePrincipalPolicy, wafv2:GetWebACLForResource and
cognito-idp:GetWebACLForResource, sms-voice:DescribeSenderIds and DescribePhoneNumbers.
`;

interface Order extends Patient {
  readonly unreadOk: boolean;
  readonly json: boolean;
}

/** @throws UsageError */
function readOrder(args: string[]): Order | 'help' {
  const { values } = parseOptions('doctor', {
    args,
    options: {
      'user-pool': { type: 'string' },
      client: { type: 'string', multiple: true, default: [] },
      function: { type: 'string' },
      'unread-ok': { type: 'boolean', default: false },
      region: { type: 'string' },
      profile: { type: 'string' },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return 'help';
  const { client, function: functionName, region, profile, json } = values;
  const userPoolId = readUserPoolId(values['user-pool']);
  return {
    userPoolId,
    clientIds: [...new Set(client)],
    functionName,
    unreadOk: values['unread-ok'],
    region,
    profile,
    json,
  };
}

function summary(findings: readonly Finding[]): string {
  const count = (wanted: Finding['state']) =>
    findings.filter(({ state }) => state === wanted).length;
  const unread = count('not read');
  return `${count('good')} as they should be, ${count('to mend')} to mend${unread > 0 ? `, ${unread} not read` : ''}.`;
}

await runCommand(async () => {
  const order = readOrder(process.argv.slice(2));
  if (order === 'help') {
    console.log(HELP);
    return;
  }
  const findings = await checkUp(order);
  if (order.json) console.log(JSON.stringify({ findings }, undefined, 2));
  else console.log([...findings.map(lineOf), summary(findings)].join('\n'));
  const isAny = (wanted: Finding['state']) => findings.some(({ state }) => state === wanted);
  if (isAny('to mend')) process.exitCode = 1;
  else if (isAny('not read') && !order.unreadOk) process.exitCode = 2;
});
