/** What the function's role should be allowed, and what not, as IAM's simulator tells. */
import { IAMClient, SimulatePrincipalPolicyCommand } from '@aws-sdk/client-iam';
import type { Config } from '../../../src/config/config.ts';
import {
  CONFIRM_PHONE,
  PUBLISH,
  READ_SECRET,
  sendingActions,
  TABLE_ACTIONS,
} from '../../lib/role-actions.ts';
import { type AwsConfig, answerIfAny } from '../aws.ts';
import { examine, type Finding, good, toMend } from './finding.ts';
import type { SecretArns } from './secret-checks.ts';

/** What the role's permissions follow from. */
export interface RoleContext {
  readonly roleArn: string;
  readonly functionArn: string;
  readonly poolArn: string | undefined;
  /** The function's settings; undefined where they can't be read. */
  readonly settings: Config | undefined;
  readonly table: string | undefined;
  readonly secrets: SecretArns;
}

interface Permission {
  readonly effect: 'Allow' | 'Deny';
  readonly actions: readonly string[];
  /** On what, in words. */
  readonly on: string;
  /** Something that it holds for. */
  readonly example: string;
  /** All that it holds for, if that is more. */
  readonly resource?: string;
  /** What the policy that mends it is called, after `phone-otp-`. */
  readonly policy: string;
}

/** Asks of each permission apart: what a role may do to several resources IAM answers in several ways. */
export async function checkRole(
  context: RoleContext,
  config: AwsConfig,
): Promise<readonly Finding[]> {
  const name = context.roleArn.split('/').at(-1) ?? '';
  const subject = `role ${name}`;
  const iam = new IAMClient(config);
  return examine(subject, async () => {
    const findings: Finding[] = [];
    for (const permission of permissionsOf(context)) {
      const decisions = await simulate(iam, context.roleArn, permission);
      if (decisions === undefined) {
        const mend = `aws lambda update-function-configuration --function-name ${context.functionArn} --region ${config.region} --role <ARN>`;
        return [toMend(subject, 'is not there, and should be', mend)];
      }
      findings.push(checkPermission(name, permission, decisions));
    }
    return findings;
  });
}

function permissionsOf(context: RoleContext): readonly Permission[] {
  const { functionArn, poolArn, settings, table, secrets } = context;
  const [, partition, , region, account] = functionArn.split(':');
  const allow = (on: string, example: string, policy: string, actions: readonly string[]) =>
    actions.length === 0 ? [] : [{ effect: 'Allow', on, example, policy, actions } as const];
  const sending = settings === undefined ? [] : sendingActions(settings);
  const tableArn = `arn:${partition}:dynamodb:${region}:${account}:table/${table}`;
  return [
    ...allow('phone numbers', '*', 'sending', sending),
    ...(sending.includes(PUBLISH)
      ? [
          {
            ...({ effect: 'Deny', on: 'topics', policy: 'no-topics', actions: [PUBLISH] } as const),
            example: `arn:${partition}:sns:${region}:${account}:topic`,
            resource: `arn:${partition}:sns:*:*:*`,
          },
        ]
      : []),
    ...(table ? allow(`table ${table}`, tableArn, 'table', TABLE_ACTIONS) : []),
    ...Object.entries(secrets).flatMap(([variable, arn]) =>
      allow(`the secret of ${variable}`, arn, variable, [READ_SECRET]),
    ),
    ...(settings?.confirmPhone && poolArn !== undefined
      ? allow('the pool', poolArn, 'confirm-phone', [CONFIRM_PHONE])
      : []),
  ];
}

/** IAM's word for each action; undefined where there is no such role. */
async function simulate(iam: IAMClient, roleArn: string, { actions, example }: Permission) {
  const command = new SimulatePrincipalPolicyCommand({
    PolicySourceArn: roleArn,
    ActionNames: [...actions],
    ResourceArns: [example],
  });
  const answer = await answerIfAny('iam:SimulatePrincipalPolicy', iam.send(command));
  return answer?.EvaluationResults?.map(({ EvalActionName: action = '', EvalDecision: word }) => ({
    action,
    word,
  }));
}

function checkPermission(
  role: string,
  { effect, actions, on, example, resource = example, policy }: Permission,
  decisions: readonly { readonly action: string; readonly word: string | undefined }[],
): Finding {
  const subject = `role ${role}`;
  const listed = (some: readonly string[]) => some.join(', ');
  const isWrong = ({ word }: { word: string | undefined }) =>
    (word === 'allowed') !== (effect === 'Allow');
  const wrong = decisions.filter(isWrong);
  const not = effect === 'Allow' ? '' : ' not';
  if (wrong.length === 0) return good(subject, `may${not} ${listed(actions)} on ${on}`);
  const amiss = listed(wrong.map(({ action }) => action));
  const says =
    effect === 'Allow'
      ? `may not ${amiss} on ${on}, and should`
      : `may ${amiss} on ${on}, and should not`;
  // No policy allows what another one denies.
  if (effect === 'Allow' && wrong.some(({ word }) => word === 'explicitDeny')) {
    return toMend(subject, says, 'take out of its policies what denies that');
  }
  const Statement = [{ Effect: effect, Action: actions, Resource: resource }];
  const document = JSON.stringify({ Version: '2012-10-17', Statement });
  return toMend(
    subject,
    says,
    `aws iam put-role-policy --role-name ${role} --policy-name phone-otp-${policy} --policy-document '${document}'`,
  );
}
