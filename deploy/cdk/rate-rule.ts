/** A web ACL in front of a user pool: how often one IP address may begin and answer sign-ins. */
import type { IUserPool } from 'aws-cdk-lib/aws-cognito';
import { CfnWebACL, CfnWebACLAssociation } from 'aws-cdk-lib/aws-wafv2';
import { Construct } from 'constructs';

/** The calls that send an SMS, take an answer, or tell who has an account. */
const OPERATIONS = ['InitiateAuth', 'SignUp', 'RespondToAuthChallenge'];

/** Web ACLs and rules have a metric each, of one name in all of them. */
const NAME = 'phone-otp-rate';

/** Blocks an IP address for as long as it makes more than `maxRequestsPerIp` such calls in 5 minutes. */
export class RateRule extends Construct {
  constructor(userPool: IUserPool, id: string, maxRequestsPerIp: number) {
    super(userPool, id);
    const acl = new CfnWebACL(this, 'WebAcl', {
      scope: 'REGIONAL',
      defaultAction: { allow: {} },
      visibilityConfig: VISIBLE,
      rules: [
        {
          name: NAME,
          priority: 0,
          action: { block: {} },
          statement: {
            rateBasedStatement: {
              aggregateKeyType: 'IP',
              limit: maxRequestsPerIp,
              evaluationWindowSec: 300,
              scopeDownStatement: { orStatement: { statements: OPERATIONS.flatMap(callOf) } },
            },
          },
          visibilityConfig: VISIBLE,
        },
      ],
    });
    new CfnWebACLAssociation(this, 'Association', {
      resourceArn: userPool.userPoolArn,
      webAclArn: acl.attrArn,
    });
  }
}

const VISIBLE: CfnWebACL.VisibilityConfigProperty = {
  cloudWatchMetricsEnabled: true,
  metricName: NAME,
  sampledRequestsEnabled: false,
};

/**
 * The call as its client names it, and as Cognito does, whichever way it came.
 *
 * @see https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-waf.html
 */
function callOf(operation: string): CfnWebACL.StatementProperty[] {
  return [
    header('x-amz-target', `AWSCognitoIdentityProviderService.${operation}`),
    header('x-amzn-cognito-operation-name', operation),
  ];
}

function header(name: string, searchString: string): CfnWebACL.StatementProperty {
  return {
    byteMatchStatement: {
      // As CloudFormation spells it: CDK hands this object on as it is.
      fieldToMatch: { singleHeader: { Name: name } },
      positionalConstraint: 'EXACTLY',
      searchString,
      textTransformations: [{ priority: 0, type: 'NONE' }],
    },
  };
}
