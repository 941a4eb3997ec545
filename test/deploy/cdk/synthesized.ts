/** A PhoneOtp in a stack, as CloudFormation would get it, written so that it can be read. */
import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { PhoneOtp, type PhoneOtpProps } from '../../../deploy/cdk/phone-otp.ts';

/** What is not under test may be anything. */
export const DEFAULTS = { smsBudgetPerHour: 1000, code: Code.fromInline('export {};') };

export function synthesize(props: Partial<PhoneOtpProps> = {}) {
  const stack = new Stack(new App({ analyticsReporting: false }), 'Stack');
  const phoneOtp = new PhoneOtp(stack, 'PhoneOtp', { ...DEFAULTS, ...props });
  return { stack, phoneOtp, resources: resourcesOf(stack) };
}

/** A resource of a template. */
export interface Resource {
  readonly Type: string;
  readonly Properties: Readonly<Record<string, unknown>>;
  readonly DeletionPolicy?: string;
  readonly UpdateReplacePolicy?: string;
}

/** The stack's resources; where one names another, that is `<Name>` or `<Name.Arn>`. */
export function resourcesOf(stack: Stack): readonly Resource[] {
  return Object.values(readable(Template.fromStack(stack).toJSON().Resources) as object);
}

export function ofType(resources: readonly Resource[], type: string): readonly Resource[] {
  return resources.filter(({ Type }) => Type === type);
}

/** The one resource of a type. */
export function only(resources: readonly Resource[], type: string): Resource {
  const [resource, ...others] = ofType(resources, type);
  if (resource === undefined || others.length > 0) {
    throw new Error(`The template has not one ${type}, but ${ofType(resources, type).length}`);
  }
  return resource;
}

/** Writes references and joined texts as plain ones, and leaves out what CDK adds to names. */
function readable(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.map(readable);
  }
  if (typeof value !== 'object' || value === null) {
    return value;
  }
  const { Ref, 'Fn::GetAtt': attribute, 'Fn::Join': join } = value as Record<string, unknown>;
  if (typeof Ref === 'string') {
    return `<${nameOf(Ref)}>`;
  }
  if (Array.isArray(attribute)) {
    const [id, name] = attribute;
    return `<${nameOf(id)}.${name}>`;
  }
  if (Array.isArray(join)) {
    const [separator, parts] = join;
    return parts.map(readable).join(separator);
  }
  return Object.fromEntries(Object.entries(value).map(([key, held]) => [key, readable(held)]));
}

function nameOf(id: string): string {
  return id.replace(/[0-9A-F]{8}$/, '');
}
