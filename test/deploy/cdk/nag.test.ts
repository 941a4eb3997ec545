/** cdk-nag's AWS Solutions rules hold, but for the exceptions that deploy/cdk/exceptions.ts gives a reason for. */
import { Validations } from 'aws-cdk-lib';
import { UserPool } from 'aws-cdk-lib/aws-cognito';
import { AwsSolutionsChecks } from 'cdk-nag';
import type { IConstruct } from 'constructs';
import { describe, expect, it } from 'vitest';
import type { PhoneOtpProps } from '../../../deploy/cdk/phone-otp.ts';
import { synthesize } from './synthesized.ts';

/** The rules that are broken in what was made, with who breaks them. */
function broken(scope: IConstruct) {
  const { violations } = new AwsSolutionsChecks(scope).validateScope(scope);
  return violations.map(({ ruleName, violatingResources }) => [
    ruleName,
    violatingResources.map(({ constructPath }) => constructPath),
  ]);
}

const EVERYTHING: Partial<PhoneOtpProps> = {
  signUp: true,
  maxRequestsPerIp: 100,
  tracing: true,
  reservedConcurrency: 10,
  settings: {
    SMS_ROUTES:
      '[{"countries":["*"],"gateways":[{"gateway":"sns"},{"gateway":"end-user-messaging","feedback":true}]}]',
  },
};

describe('The rules of AWS Solutions', () => {
  it.each([
    ['alone', {}],
    ['with everything', EVERYTHING],
  ])('hold for the construct %s', (_, props) => {
    expect(broken(synthesize(props).stack)).toEqual([]);
  });

  it('have these exceptions, each with a reason', () => {
    const { stack } = synthesize(EVERYTHING);
    const excepted = stack.node
      .findAll()
      .flatMap(({ node }) =>
        node.metadata
          .filter(({ type }) => type === Validations.ACKNOWLEDGED_RULES_METADATA_KEY)
          .map(({ data }) => [node.path, data]),
      );
    const reason = expect.stringMatching(/^.{40,}\.$/);
    expect(excepted).toEqual([
      ['Stack/PhoneOtp/HashKey', { 'Annotation::AwsSolutions-SMG4': reason }],
      ['Stack/PhoneOtp/LookupKey', { 'Annotation::AwsSolutions-SMG4': reason }],
      ['Stack/PhoneOtp/Role', { 'Annotation::AwsSolutions-IAM5[Resource::*]': reason }],
      ['Stack/PhoneOtp/UserPool', { 'Annotation::AwsSolutions-COG2': reason }],
      ['Stack/PhoneOtp/UserPool', { 'Annotation::AwsSolutions-COG8': reason }],
    ]);
  });

  it('are still told of what is around the construct', () => {
    const { stack } = synthesize();
    new UserPool(stack, 'Other');
    expect(broken(stack)).toContainEqual(['AwsSolutions-COG8', ['Stack/Other/Resource']]);
  });
});
