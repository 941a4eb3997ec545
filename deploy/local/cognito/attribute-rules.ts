/** The rules of a pool's attributes: the standard ones, and those read from a declaration. */
import type { SchemaAttributeType } from '@aws-sdk/client-cognito-identity-provider';
import { invalidParameter } from './errors.ts';
import type { Checked } from './request-shape.ts';

/** As a caller declares it. */
export type Declaration = Checked<SchemaAttributeType>;

/** As the wire shows it, defaults included. */
export interface AttributeRule extends Declaration {
  readonly Name: string;
  readonly AttributeDataType: DataType;
  readonly Mutable: boolean;
  readonly Required: boolean;
}
type DataType = NonNullable<SchemaAttributeType['AttributeDataType']>;
type Constraints = Pick<Declaration, 'StringAttributeConstraints' | 'NumberAttributeConstraints'>;

const LONGEST = 2048;

function text(Name: string, MinLength = '0', MaxLength = String(LONGEST)): AttributeRule {
  const StringAttributeConstraints = { MinLength, MaxLength };
  return { ...plain(Name, 'String'), StringAttributeConstraints };
}

function plain(Name: string, AttributeDataType: DataType): AttributeRule {
  return { Name, AttributeDataType, DeveloperOnlyAttribute: false, Mutable: true, Required: false };
}

export const standardRules: readonly AttributeRule[] = [
  { ...text('sub', '1'), Mutable: false, Required: true },
  ...['name', 'given_name', 'family_name', 'middle_name', 'nickname'].map((name) => text(name)),
  ...['preferred_username', 'profile', 'picture', 'website', 'email'].map((name) => text(name)),
  plain('email_verified', 'Boolean'),
  text('gender'),
  text('birthdate', '10', '10'),
  ...['zoneinfo', 'locale', 'phone_number'].map((name) => text(name)),
  plain('phone_number_verified', 'Boolean'),
  text('address'),
  { ...plain('updated_at', 'Number'), NumberAttributeConstraints: { MinValue: '0' } },
];

export const STANDARD_NAMES: ReadonlySet<string> = new Set(standardRules.map(({ Name }) => Name));

/**
 * Of a standard attribute, all but its type can be declared anew.
 * @throws CognitoError InvalidParameterException
 */
export function readStandardRule(declaration: Declaration): AttributeRule {
  const { Name = '', AttributeDataType, DeveloperOnlyAttribute } = declaration;
  const rule = standardRules.find((standard) => standard.Name === Name) ?? plain(Name, 'String');
  const changed = AttributeDataType !== undefined && AttributeDataType !== rule.AttributeDataType;
  if (changed || DeveloperOnlyAttribute === true) {
    throw invalidParameter(
      `You can not change AttributeDataType or set developerOnlyAttribute for standard schema attribute ${Name}`,
    );
  }
  return withDeclared(rule, declaration);
}

/**
 * Its name gets a prefix.
 * @throws CognitoError InvalidParameterException
 */
export function readCustomRule(declaration: Declaration): AttributeRule {
  const { Name = '', AttributeDataType, DeveloperOnlyAttribute = false, Required } = declaration;
  if (AttributeDataType === undefined) {
    throw invalidParameter(
      'Invalid AttributeDataType input, consider using the provided AttributeDataType enum.',
    );
  }
  if (Required === true) {
    throw invalidParameter('Required custom attributes are not supported currently.');
  }
  const name = `${DeveloperOnlyAttribute ? 'dev' : 'custom'}:${Name}`;
  return withDeclared({ ...plain(name, AttributeDataType), DeveloperOnlyAttribute }, declaration);
}

function withDeclared(
  { StringAttributeConstraints, NumberAttributeConstraints, ...rule }: AttributeRule,
  declaration: Declaration,
): AttributeRule {
  const { Mutable = rule.Mutable, Required = rule.Required } = declaration;
  const declared = { StringAttributeConstraints, NumberAttributeConstraints, ...declaration };
  return { ...rule, Mutable, Required, ...readConstraints(rule, declared) };
}

/** Those of another type than the attribute's are dropped, as on AWS. */
function readConstraints(
  { Name, AttributeDataType }: Pick<AttributeRule, 'Name' | 'AttributeDataType'>,
  { StringAttributeConstraints = {}, NumberAttributeConstraints }: Constraints,
): Constraints {
  switch (AttributeDataType) {
    case 'String':
      checkLengths(Name, StringAttributeConstraints);
      return { StringAttributeConstraints };
    case 'Number':
      if (NumberAttributeConstraints === undefined) return {};
      checkSizes(Name, NumberAttributeConstraints);
      return { NumberAttributeConstraints };
    default:
      return {};
  }
}

function checkLengths(
  name: string,
  { MinLength, MaxLength }: NonNullable<Constraints['StringAttributeConstraints']>,
): void {
  const min = limit(name, 'StringAttributeConstraints', MinLength) ?? 0;
  const max = limit(name, 'StringAttributeConstraints', MaxLength) ?? LONGEST;
  if (Math.max(min, max) > LONGEST) {
    throw invalidParameter(
      `user.${name}: String attributes cannot have a length of more than ${LONGEST}`,
    );
  }
  if (max < min) {
    throw invalidParameter(`user.${name}: Max length cannot be less than min length.`);
  }
}

function checkSizes(
  name: string,
  { MinValue, MaxValue }: NonNullable<Constraints['NumberAttributeConstraints']>,
): void {
  const min = limit(name, 'NumberAttributeConstraints', MinValue);
  const max = limit(name, 'NumberAttributeConstraints', MaxValue);
  if (min !== undefined && max !== undefined && max < min) {
    throw invalidParameter(`user.${name}: Max value cannot be less than min value.`);
  }
}

/** The limits are texts in Cognito's model. */
function limit(
  name: string,
  constraints: keyof Constraints,
  value: string | undefined,
): number | undefined {
  if (value === undefined) return undefined;
  if (/^-?\d+$/.test(value)) return Number(value);
  throw invalidParameter(`Invalid ${constraints} for schema attribute ${name}`);
}
