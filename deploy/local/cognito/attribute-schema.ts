/** The attributes that a pool's users may have, and what a value must be. */
import {
  type AttributeRule,
  type Declaration,
  readCustomRule,
  readStandardRule,
  STANDARD_NAMES,
  standardRules,
} from './attribute-rules.ts';
import { invalidParameter } from './errors.ts';

/** The attributes that sign a user in, and that a code can verify. */
export type SignInAttribute = 'phone_number' | 'email';
export const signInAttributes: readonly SignInAttribute[] = ['phone_number', 'email'];

export const FORMATS: Readonly<Record<SignInAttribute, RegExp>> = {
  phone_number: /^\+[1-9]\d{1,14}$/,
  email: /^[^\s@]+@[^\s@]+\.[^\s@]+$/,
};

export class AttributeSchema {
  readonly #rules: ReadonlyMap<string, AttributeRule>;
  readonly #open: boolean;

  /** @param open whether custom attributes are taken that nobody declared, as never on AWS */
  constructor(rules: readonly AttributeRule[] = standardRules, open = false) {
    this.#rules = new Map(rules.map((rule) => [rule.Name, rule]));
    this.#open = open;
  }

  get open(): boolean {
    return this.#open;
  }

  get rules(): readonly AttributeRule[] {
    return [...this.#rules.values()];
  }

  /**
   * This one with further custom attributes, and with other rules for standard ones.
   * @throws CognitoError InvalidParameterException
   */
  declaring(declarations: readonly Declaration[]): AttributeSchema {
    const isStandard = ({ Name = '' }: Declaration) => STANDARD_NAMES.has(Name);
    const changed = declarations.filter(isStandard).map(readStandardRule);
    const rules = new Map([...this.#rules, ...changed.map((rule) => [rule.Name, rule] as const)]);
    const schema = new AttributeSchema([...rules.values()], this.#open);
    return schema.withCustom(declarations.filter((declaration) => !isStandard(declaration)));
  }

  /** @throws CognitoError InvalidParameterException */
  withCustom(declarations: readonly Declaration[]): AttributeSchema {
    const rules = new Map(this.#rules);
    for (const declaration of declarations) {
      const rule = readCustomRule(declaration);
      if (rules.has(rule.Name)) {
        throw invalidParameter(
          `custom:${declaration.Name}: Existing attribute already has name ${rule.Name}.`,
        );
      }
      rules.set(rule.Name, rule);
    }
    return new AttributeSchema([...rules.values()], this.#open);
  }

  has(name: string): boolean {
    return this.#rules.has(name) || (this.#open && CUSTOM.test(name));
  }

  /** Whether clients may touch it that never said which attributes they may. */
  isForAllClients(name: string): boolean {
    return STANDARD_NAMES.has(name) || (this.#open && CUSTOM.test(name));
  }

  /** The names of the attributes that sign-up must give. */
  get required(): readonly string[] {
    return this.rules.filter(({ Name, Required }) => Required && Name !== 'sub').map((r) => r.Name);
  }

  /**
   * Of a new user.
   * @throws CognitoError InvalidParameterException
   */
  checkNew(values: ReadonlyMap<string, string>): void {
    throwFaults(DOES_NOT_CONFORM, this.#unknownIn(values.keys()).map(noSuchAttribute));
    this.#checkValues(values);
  }

  /** @throws CognitoError InvalidParameterException; an empty value removes, and breaks no rule */
  checkChanges(values: ReadonlyMap<string, string>): void {
    throwFaults('', this.#unknownIn(values.keys()).map(noSuchAttribute).map(ofUser));
    this.#checkValues(values);
  }

  /** @throws CognitoError InvalidParameterException for attributes that are settled at sign-up */
  checkMutable(names: Iterable<string>): void {
    const settled = [...names].filter((name) => this.#rules.get(name)?.Mutable === false);
    const fault = 'Attribute cannot be updated. (changing an immutable attribute)';
    throwFaults('', settled.map((name) => `${name}: ${fault}`).map(ofUser));
  }

  /** @throws CognitoError InvalidParameterException */
  checkRemovable(names: readonly string[]): void {
    throwFaults(
      'Invalid user attributes: ',
      this.#unknownIn(names).map(noSuchAttribute).map(ofUser),
    );
  }

  /** @throws CognitoError InvalidParameterException */
  checkComplete(attributes: ReadonlyMap<string, string>): void {
    const missing = this.required.filter((name) => !attributes.has(name));
    throwFaults(
      DOES_NOT_CONFORM,
      missing.map((name) => `${name}: The attribute is required`),
    );
  }

  #unknownIn(names: Iterable<string>): readonly string[] {
    return [...names].filter((name) => !this.has(name));
  }

  #checkValues(values: ReadonlyMap<string, string>): void {
    for (const [name, value] of values) {
      const rule = this.#rules.get(name);
      if (rule !== undefined && value !== '') checkValue(rule, value);
    }
  }
}

/**
 * Nobody can vouch for a number or an address that is not there.
 * @throws CognitoError InvalidParameterException
 */
export function checkVouchedFor(
  given: ReadonlyMap<string, string>,
  held: ReadonlyMap<string, string>,
): void {
  const words = { phone_number: ['Phone Number', 'a phone number'], email: ['Email', 'an email'] };
  for (const name of signInAttributes) {
    const [which, what] = words[name];
    if (given.has(`${name}_verified`) && !held.has(name)) {
      throw invalidParameter(`${which} is required to verify/un-verify ${what}`);
    }
  }
}

const CUSTOM = /^(custom|dev):./;

function checkValue(rule: AttributeRule, value: string): void {
  const { Name: name } = rule;
  if (name === 'phone_number' && !FORMATS.phone_number.test(value)) {
    throw invalidParameter('Invalid phone number format.');
  }
  if (name === 'email' && !FORMATS.email.test(value)) {
    throw invalidParameter('Invalid email address format.');
  }
  const fault = faultOf(rule, value);
  if (fault !== undefined) throwFaults(DOES_NOT_CONFORM, [`${name}: ${fault}`]);
}

function faultOf(rule: AttributeRule, value: string): string | undefined {
  switch (rule.AttributeDataType) {
    case 'Number': {
      const { MinValue, MaxValue } = rule.NumberAttributeConstraints ?? {};
      if (!/^-?\d+$/.test(value)) return 'The value is no whole number';
      return outside(Number(value), MinValue, MaxValue);
    }
    case 'Boolean':
      return /^(true|false)$/i.test(value) ? undefined : 'The value is neither true nor false';
    case 'DateTime':
      return Number.isNaN(Date.parse(value)) ? 'The value is no date' : undefined;
    case 'String': {
      const { MinLength, MaxLength } = rule.StringAttributeConstraints ?? {};
      return outside(value.length, MinLength, MaxLength);
    }
  }
}

/** The limits are texts in Cognito's model. */
function outside(size: number, min?: string, max?: string): string | undefined {
  if (min !== undefined && size < Number(min)) return `It must be at least ${min}`;
  return max !== undefined && size > Number(max) ? `It must be at most ${max}` : undefined;
}

const DOES_NOT_CONFORM = 'Attributes did not conform to the schema: ';

/** Cognito names all faults, each on a line that ends. */
function throwFaults(prefix: string, faults: readonly string[]): void {
  if (faults.length === 0) return;
  throw invalidParameter(`${prefix}${faults.map((fault) => `${fault}\n`).join('')}`);
}

function noSuchAttribute(name: string): string {
  return `${name}: Attribute does not exist in the schema.`;
}

/** How a fault is told of a user that is there already. */
function ofUser(fault: string): string {
  return `user.${fault}`;
}
