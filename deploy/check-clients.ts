/** `npm run check-clients`: which app clients of a user pool would undo what CONFIRM_PHONE=true relies on. */
import {
  CognitoIdentityProviderClient,
  DescribeUserPoolClientCommand,
  paginateListUserPoolClients,
} from '@aws-sdk/client-cognito-identity-provider';
import { isUnauthorised } from '../src/adapters/lib/aws-errors.ts';
import { clientConfig, parseOptions, readUserPoolId, typed, UsageError } from './command-line.ts';
import { otherWaysIn } from './pool/client-rules.ts';

const HELP = `${typed('check-clients')} --user-pool ID [options]

Lists the app clients of a user pool that can also sign users in without a code, or let
them write their number themselves. Ends with 1 if there are any.

Run it before the function gets CONFIRM_PHONE=true, and whenever app clients change.
Anyone can sign up with somebody else's number. Once its owner has proven the number
by a code, a password that was chosen at sign-up would still work: whoever chose it
would be signed in to the owner's account. In the same way a user who may write
phone_number could move a session that is open to somebody else's number.

  --user-pool ID    such as eu-west-1_AbCdEfGhI
  --region REGION   the pool's region (default: AWS_REGION, or the AWS profile's)
  --endpoint URL    another Cognito than the region's, such as a local one
  --help            this text
`;

interface Order {
  readonly userPoolId: string;
  readonly cognito: CognitoIdentityProviderClient;
}

/** @throws UsageError */
function readOrder(args: string[]): Order | 'help' {
  const { values } = parseOptions('check-clients', {
    args,
    options: {
      'user-pool': { type: 'string' },
      region: { type: 'string' },
      endpoint: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return 'help';
  const { region, endpoint } = values;
  const userPoolId = readUserPoolId(values['user-pool']);
  const config = clientConfig({ region, endpoint }, 'http://127.0.0.1:9229');
  return { userPoolId, cognito: new CognitoIdentityProviderClient(config) };
}

interface Report {
  readonly checked: number;
  /** A line for each client that should be mended. */
  readonly findings: readonly string[];
}

/** @throws what Cognito or the way to it answers with */
async function check({ userPoolId: UserPoolId, cognito }: Order): Promise<Report> {
  const findings: string[] = [];
  let checked = 0;
  for await (const page of paginateListUserPoolClients({ client: cognito }, { UserPoolId })) {
    for (const { ClientId } of page.UserPoolClients ?? []) {
      // One after the other: Cognito limits how often it may be asked.
      const command = new DescribeUserPoolClientCommand({ UserPoolId, ClientId });
      const { UserPoolClient: client = {} } = await cognito.send(command);
      const faults = otherWaysIn(client);
      checked += 1;
      if (faults.length > 0) {
        findings.push(`${client.ClientName} (${ClientId}) ${faults.join('; it ')}.`);
      }
    }
  }
  return { checked, findings };
}

/** One sentence for what an operator can mend; anything else is a fault and keeps its stack. */
function explain(error: unknown): string | undefined {
  if (error instanceof UsageError) return error.message;
  if (!(error instanceof Error)) return undefined;
  const { name, message } = error;
  if (/^Region (is missing|not accepted)/.test(message)) {
    return 'Say the region of the user pool, such as --region eu-west-1.';
  }
  if (name === 'ResourceNotFoundException') {
    return 'There is no such user pool there: check --user-pool, and --region or --endpoint.';
  }
  if (name === 'NotAuthorizedException' || isUnauthorised(name)) {
    return 'Cognito refuses access: check the AWS credentials, which need cognito-idp:ListUserPoolClients and cognito-idp:DescribeUserPoolClient on the pool.';
  }
  if ('code' in error || name === 'TimeoutError') {
    return 'Cognito can not be reached: check --region or --endpoint, and the network.';
  }
  return '$metadata' in error ? `Cognito refused: ${name}: ${message}` : undefined;
}

async function main(): Promise<void> {
  const order = readOrder(process.argv.slice(2));
  if (order === 'help') {
    console.log(HELP);
    return;
  }
  const { checked, findings } = await check(order);
  if (findings.length === 0) {
    console.log(
      `No app client of ${order.userPoolId} signs users in without a code or lets them write their number (${checked} checked).`,
    );
    return;
  }
  console.log(findings.join('\n'));
  process.exitCode = 1;
}

try {
  await main();
} catch (error) {
  const sentence = explain(error);
  if (sentence === undefined) throw error;
  console.error(sentence);
  process.exitCode = 1;
}
