/** What AWS's services answer about an account: DynamoDB, SNS, Secrets Manager, IAM, WAF and End User Messaging. */

/** What is there. */
export interface Account {
  /** By name; each as DescribeTable has it, with its Time to Live. */
  readonly tables: Readonly<Record<string, { readonly table: object; readonly expiry: object }>>;
  readonly isInSandbox: boolean;
  /** US dollars a month. */
  readonly spendLimit: string;
  /** By ARN or name, as DescribeSecret has them. */
  readonly secrets?: Readonly<Record<string, object>>;
  /** What IAM decides, such as `implicitDeny`; undefined for a role that is not there. */
  readonly decide?: (action: string, resource: string, role: string) => string | undefined;
  /** The name of the pool's web ACL. */
  readonly webAcl?: string | undefined;
  /** As DescribeSenderIds has them. */
  readonly senderIds?: readonly object[];
  /** As DescribePhoneNumbers has them. */
  readonly phoneNumbers?: readonly object[];
}

interface Input {
  readonly TableName: string;
  readonly SecretId: string;
  readonly NextToken?: string;
}

/** Undefined where there is no such thing. */
export function answerInJson(call: string, input: Input, account: Account): object | undefined {
  const { webAcl, secrets, senderIds = [], phoneNumbers = [] } = account;
  const table = account.tables[input.TableName];
  switch (call) {
    case 'DescribeTable':
      return table && { Table: table.table };
    case 'DescribeTimeToLive':
      return table && { TimeToLiveDescription: table.expiry };
    case 'DescribeSecret':
      return secrets?.[input.SecretId];
    case 'GetWebACLForResource':
      return webAcl === undefined ? {} : { WebACL: { Name: webAcl } };
    case 'DescribeSenderIds':
      return page('SenderIds', senderIds, input);
    case 'DescribePhoneNumbers':
      return page('PhoneNumbers', phoneNumbers, input);
    default:
      throw new Error(`Nobody answers ${call} here`);
  }
}

/** One entry a page, so that who reads the first page alone is found out. */
function page(name: string, entries: readonly object[], { NextToken = '0' }: Input): object {
  const next = Number(NextToken) + 1;
  return {
    [name]: entries.slice(next - 1, next),
    ...(next < entries.length && { NextToken: String(next) }),
  };
}

/** Undefined where there is no such thing. */
export function answerInXml(
  call: string,
  query: URLSearchParams,
  account: Account,
): string | undefined {
  switch (call) {
    case 'GetSMSAttributes':
      return resultXml(
        call,
        `<attributes><entry><key>MonthlySpendLimit</key><value>${account.spendLimit}</value></entry></attributes>`,
      );
    case 'GetSMSSandboxAccountStatus':
      return resultXml(call, `<IsInSandbox>${account.isInSandbox}</IsInSandbox>`);
    case 'SimulatePrincipalPolicy':
      return simulationXml(call, query, account);
    default:
      throw new Error(`Nobody answers ${call} here`);
  }
}

/** @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_SimulatePrincipalPolicy.html */
function simulationXml(
  call: string,
  query: URLSearchParams,
  { decide = () => 'allowed' }: Account,
): string | undefined {
  const actions = [...query].filter(([key]) => key.startsWith('ActionNames.member.'));
  const resource = query.get('ResourceArns.member.1') ?? '*';
  const role = query.get('PolicySourceArn') ?? '';
  const decisions = actions.map(([, action]) => [action, decide(action, resource, role)] as const);
  if (decisions.some(([, decision]) => decision === undefined)) return undefined;
  const members = decisions.map(
    ([action, decision]) =>
      `<member><EvalActionName>${action}</EvalActionName><EvalResourceName>${resource}</EvalResourceName><EvalDecision>${decision}</EvalDecision><MatchedStatements/><MissingContextValues/></member>`,
  );
  return resultXml(
    call,
    `<IsTruncated>false</IsTruncated><EvaluationResults>${members.join('')}</EvaluationResults>`,
  );
}

const SNS = 'http://sns.amazonaws.com/doc/2010-03-31/';
const IAM = 'https://iam.amazonaws.com/doc/2010-05-08/';

function namespaceOf(call: string): string {
  return call === 'SimulatePrincipalPolicy' ? IAM : SNS;
}

function resultXml(call: string, result: string): string {
  return `<${call}Response xmlns="${namespaceOf(call)}"><${call}Result>${result}</${call}Result><ResponseMetadata><RequestId>1</RequestId></ResponseMetadata></${call}Response>`;
}

export function missingXml(call: string): string {
  return errorXml(call, 'NoSuchEntity');
}

export function deniedXml(call: string): string {
  return errorXml(call, namespaceOf(call) === IAM ? 'AccessDenied' : 'AuthorizationError');
}

function errorXml(call: string, code: string): string {
  return `<ErrorResponse xmlns="${namespaceOf(call)}"><Error><Type>Sender</Type><Code>${code}</Code><Message>no</Message></Error><RequestId>1</RequestId></ErrorResponse>`;
}
