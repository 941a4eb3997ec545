/** Where the AWS Solutions rules of cdk-nag do not hold, and why; it needs no cdk-nag to say so. */
import { Validations } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/** The rules by what breaks them. */
const EXCEPTIONS = {
  key: {
    'AwsSolutions-SMG4':
      'A key that is replaced at once breaks the sign-ins under way: it is done in the three steps of deploy/configuration.md#replacing-the-key.',
  },
  role: {
    'AwsSolutions-IAM5[Resource::*]':
      'A phone number has no ARN, so that SNS and End User Messaging take all resources alone (topics are denied); so does X-Ray.',
  },
  userPool: {
    'AwsSolutions-COG2':
      'The code in an SMS is how users sign in; a second factor would be for the app to add.',
    'AwsSolutions-COG8':
      'The plus plan guards passwords, which no client of this pool takes; the function itself counts wrong answers and SMS.',
  },
} as const;

/** Says why the construct may break the rules that it breaks. */
export function except(construct: IConstruct, kind: keyof typeof EXCEPTIONS): void {
  const acknowledgments = Object.entries(EXCEPTIONS[kind]).map(([id, reason]) => ({ id, reason }));
  Validations.of(construct).acknowledge(...acknowledgments);
}
