/**
 * Checks and types the JSON body of a call against the members its operation declares, with the
 * texts of Cognito's own generic validation.
 */
import { isJsonObject, type Json, type JsonObject } from '../json.ts';
import { CognitoError, invalidParameter } from './errors.ts';

/**
 * Reads one member. `path` is the member's name as error texts show it (`userAttributes.1.member`);
 * `report` collects broken constraints, so that one answer names them all.
 */
type Member<T> = (value: Json | undefined, path: string, report: (violation: string) => void) => T;

type Shape = Readonly<Record<string, Member<unknown>>>;
export type Input<S extends Shape> = { readonly [K in keyof S]: ReturnType<S[K]> };

interface TextLimits {
  readonly min?: number;
  readonly max?: number;
  readonly pattern?: RegExp;
  /** A sensitive value is left out of the error text. */
  readonly sensitive?: boolean;
}

/** @throws CognitoError InvalidParameterException or SerializationException */
export function readRequest<S extends Shape>(shape: S, body: JsonObject): Input<S> {
  const violations: string[] = [];
  const input = readMembers(shape, body, '', (violation) => violations.push(violation));
  if (violations.length > 0) {
    const count =
      violations.length === 1 ? '1 validation error' : `${violations.length} validation errors`;
    throw invalidParameter(`${count} detected: ${violations.join('; ')}`);
  }
  return input;
}

function readMembers<S extends Shape>(
  shape: S,
  body: JsonObject,
  prefix: string,
  report: (violation: string) => void,
): Input<S> {
  const members = Object.entries(shape).map(([name, read]) => {
    const path = `${prefix}${name.charAt(0).toLowerCase()}${name.slice(1)}`;
    const value = Object.hasOwn(body, name) ? body[name] : undefined;
    return [name, read(value ?? undefined, path, report)] as const;
  });
  return Object.fromEntries(members) as Input<S>;
}

export function required<T>(member: Member<T | undefined>): Member<T> {
  return (value, path, report) => {
    if (value === undefined) report(`Value null at '${path}' ${mustBe('not be null')}`);
    // The request is refused once anything is reported, so this never reaches an operation.
    return member(value, path, report) as T;
  };
}

export function text(limits: TextLimits = {}): Member<string | undefined> {
  const { min, max, pattern, sensitive = false } = limits;
  return (value, path, report) => {
    if (value === undefined) return undefined;
    if (typeof value !== 'string') throw wrongType(value, 'String');
    const subject = `Value ${sensitive ? '' : `'${value}' `}at '${path}' `;
    if (min !== undefined && value.length < min) {
      report(subject + mustBe(`have length greater than or equal to ${min}`));
    }
    if (max !== undefined && value.length > max) {
      report(subject + mustBe(`have length less than or equal to ${max}`));
    }
    if (pattern !== undefined && !new RegExp(`^(?:${pattern.source})$`, 'su').test(value)) {
      report(subject + mustBe(`satisfy regular expression pattern: ${pattern.source}`));
    }
    return value;
  };
}

export function oneOf<const T extends string>(values: readonly T[]): Member<T | undefined> {
  return (value, path, report) => {
    if (value === undefined) return undefined;
    if (typeof value !== 'string') throw wrongType(value, 'String');
    const found = values.find((allowed) => allowed === value);
    if (found === undefined) {
      report(
        `Value '${value}' at '${path}' ${mustBe(`satisfy enum value set: [${values.join(', ')}]`)}`,
      );
    }
    return found;
  };
}

export function flag(): Member<boolean | undefined> {
  return (value) => {
    if (value !== undefined && typeof value !== 'boolean') throw wrongType(value, 'Boolean');
    return value;
  };
}

export function integer(min: number, max: number): Member<number | undefined> {
  return (value, path, report) => {
    if (value === undefined) return undefined;
    if (typeof value !== 'number' || !Number.isInteger(value)) throw wrongType(value, 'Integer');
    const subject = `Value '${value}' at '${path}' `;
    if (value < min) report(subject + mustBe(`have value greater than or equal to ${min}`));
    if (value > max) report(subject + mustBe(`have value less than or equal to ${max}`));
    return value;
  };
}

/** A map of strings. Entries that are null are dropped: browsers' clients send them. */
export function textMap(): Member<Readonly<Record<string, string>> | undefined> {
  return (value) => {
    if (value === undefined) return undefined;
    if (!isJsonObject(value)) throw wrongType(value, 'Map');
    const entries = Object.entries(value).flatMap(([key, entry]) => {
      if (entry === null) return [];
      if (typeof entry !== 'string') throw wrongType(entry, 'String');
      return [[key, entry] as const];
    });
    return Object.fromEntries(entries);
  };
}

export function list<T>(element: Member<T>): Member<readonly T[] | undefined> {
  return (value, path, report) => {
    if (value === undefined) return undefined;
    if (!Array.isArray(value)) throw wrongType(value, 'List');
    return value.map((entry: Json, index) =>
      element(entry ?? undefined, `${path}.${index + 1}.member`, report),
    );
  };
}

export function structure<S extends Shape>(shape: S): Member<Input<S> | undefined> {
  return (value, path, report) => {
    if (value === undefined) return undefined;
    if (!isJsonObject(value)) throw wrongType(value, 'Structure');
    return readMembers(shape, value, `${path}.`, report);
  };
}

function mustBe(constraint: string): string {
  return `failed to satisfy constraint: Member must ${constraint}`;
}

function wrongType(value: Json, wanted: string): CognitoError {
  const message = `${jsonToken(value)} can not be converted to a ${wanted}`;
  return new CognitoError('SerializationException', message);
}

function jsonToken(value: Json): string {
  if (value === null) return 'NULL_VALUE';
  if (Array.isArray(value)) return 'START_ARRAY';
  if (typeof value === 'object') return 'START_OBJECT';
  return `${value === true ? 'TRUE' : value === false ? 'FALSE' : typeof value}_VALUE`.toUpperCase();
}
