/**
 * Checks and types the JSON body of a call against the model of its operation, with the texts of
 * Cognito's own generic validation. Members that the model doesn't know are ignored, as on AWS;
 * those that it knows and this endpoint has no use for are refused by name.
 */
import { isJsonObject, type Json, type JsonObject } from '../json.ts';
import { CognitoError, invalidParameter } from './errors.ts';
import { type Limits, limitsOf } from './limits.ts';
import type { Member, Shape, Structure } from './model.ts';
import type { Refusals } from './refusals.ts';

/** A request as the SDK types it, once it is known that the required members are there. */
export type Checked<T> = T extends readonly (infer Element)[]
  ? readonly Checked<Element>[]
  : T extends Date
    ? T
    : T extends object
      ? { readonly [K in keyof T]: object extends Pick<T, K> ? Checked<T[K]> : Given<T[K]> }
      : T;
type Given<T> = Checked<NonNullable<T>>;

/** @throws CognitoError InvalidParameterException or SerializationException */
export function readRequest(request: Structure, refusals: Refusals, body: JsonObject): JsonObject {
  const reader = new RequestReader();
  const input = reader.readMembers(request, body, { shown: '', structure: '' });
  reader.throwViolations();
  refuse(input, refusals);
  return input;
}

/** Where a value stands: its path as error texts show it, and the member whose limits it has. */
interface Place {
  readonly shown: string;
  readonly limits: Limits;
}

/** Collects broken constraints, so that one answer names them all. */
class RequestReader {
  readonly #violations: string[] = [];

  throwViolations(): void {
    const { length } = this.#violations;
    if (length === 0) return;
    const count = length === 1 ? '1 validation error' : `${length} validation errors`;
    throw invalidParameter(`${count} detected: ${this.#violations.join('; ')}`);
  }

  readMembers(
    { members }: Structure,
    body: JsonObject,
    parent: { readonly shown: string; readonly structure: string },
  ): JsonObject {
    const entries = members.flatMap((member) => {
      const value = Object.hasOwn(body, member.name) ? (body[member.name] ?? undefined) : undefined;
      const place = placeOf(member, parent);
      if (value !== undefined) return [[member.name, this.#read(member.shape, value, place)]];
      if (member.required) this.#report(`Value null at '${place.shown}'`, 'not be null');
      return [];
    });
    return Object.fromEntries(entries) as JsonObject;
  }

  #read(shape: Shape, value: Json, place: Place): Json {
    switch (shape.kind) {
      case 'text':
        return this.#text(value, shape.sensitive, place);
      case 'integer':
        return this.#integer(value, place);
      case 'flag':
        if (typeof value === 'boolean') return value;
        throw wrongType(value, 'Boolean');
      case 'time':
        if (typeof value === 'number') return value;
        throw wrongType(value, 'Timestamp');
      case 'list':
        return this.#list(shape.element, value, place);
      case 'map':
        return this.#map(shape.element, value, place);
      case 'structure':
        if (!isJsonObject(value)) throw wrongType(value, 'Structure');
        return this.readMembers(shape, value, {
          shown: `${place.shown}.`,
          structure: shape.name,
        });
    }
  }

  #text(value: Json, sensitive: boolean, { shown, limits }: Place): string {
    if (typeof value !== 'string') throw wrongType(value, 'String');
    const { min, max, pattern, values } = limits;
    const subject = `Value ${sensitive ? '' : `'${value}' `}at '${shown}'`;
    this.#checkLength(subject, value.length, min, max);
    if (pattern !== undefined && !new RegExp(`^(?:${pattern.source})$`, 'su').test(value)) {
      this.#report(subject, `satisfy regular expression pattern: ${pattern.source}`);
    }
    if (values?.includes(value) === false) {
      this.#report(subject, `satisfy enum value set: [${values.join(', ')}]`);
    }
    return value;
  }

  #integer(value: Json, { shown, limits: { min, max } }: Place): number {
    if (typeof value !== 'number' || !Number.isInteger(value)) throw wrongType(value, 'Integer');
    const subject = `Value '${value}' at '${shown}'`;
    if (min !== undefined && value < min) {
      this.#report(subject, `have value greater than or equal to ${min}`);
    }
    if (max !== undefined && value > max) {
      this.#report(subject, `have value less than or equal to ${max}`);
    }
    return value;
  }

  #list(element: Shape, value: Json, { shown, limits }: Place): Json {
    if (!Array.isArray(value)) throw wrongType(value, 'List');
    const subject = `Value ${value.length === 0 ? "'[]' " : ''}at '${shown}'`;
    this.#checkLength(subject, value.length, limits.fewest, limits.most);
    return value.map((entry: Json, index) => {
      const place = { shown: `${shown}.${index + 1}.member`, limits };
      if (entry !== null) return this.#read(element, entry, place);
      this.#report(`Value null at '${place.shown}'`, 'not be null');
      return null;
    });
  }

  /** Entries that are null are dropped: browsers' clients send them. */
  #map(element: Shape, value: Json, { shown }: Place): Json {
    if (!isJsonObject(value)) throw wrongType(value, 'Map');
    const entries = Object.entries(value).flatMap(([key, entry]) =>
      entry === null
        ? []
        : [[key, this.#read(element, entry, { shown: `${shown}.${key}`, limits: {} })]],
    );
    return Object.fromEntries(entries) as JsonObject;
  }

  #checkLength(subject: string, length: number, min = 0, max = length): void {
    if (length < min) this.#report(subject, `have length greater than or equal to ${min}`);
    if (length > max) this.#report(subject, `have length less than or equal to ${max}`);
  }

  #report(subject: string, constraint: string): void {
    this.#violations.push(`${subject} failed to satisfy constraint: Member must ${constraint}`);
  }
}

function placeOf(
  { name }: Member,
  { shown, structure }: { readonly shown: string; readonly structure: string },
): Place {
  return {
    shown: `${shown}${name.charAt(0).toLowerCase()}${name.slice(1)}`,
    limits: limitsOf(structure, name),
  };
}

function refuse(input: JsonObject, refusals: Refusals): void {
  for (const [path, taken] of Object.entries(refusals)) {
    const value = path
      .split('.')
      .reduce<Json | undefined>((held, key) => (isJsonObject(held) ? held[key] : undefined), input);
    if (value === undefined) continue;
    const values = Array.isArray(value) ? value : [value];
    const refused = values.find((one) => !taken.includes(String(one)));
    if (taken.length === 0) throw invalidParameter(`${path} is not supported by this endpoint.`);
    if (refused !== undefined) {
      throw invalidParameter(
        `${path} ${refused} is not supported by this endpoint: only ${taken.join(' and ')}.`,
      );
    }
  }
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
