/** The SDK's model of an operation, taken apart for tests. */

import { limitsOf } from '../../../../deploy/local/cognito/limits.ts';
import type { Shape, Structure } from '../../../../deploy/local/cognito/model.ts';
import type { JsonObject } from '../../../../deploy/local/json.ts';
import { isJsonObject, type Json } from '../../../../deploy/local/json.ts';

/** The paths of all members that hold no further ones, such as `LambdaConfig.PreSignUp`. */
export function leavesOf(structure: Structure): readonly string[] {
  return structure.members.flatMap(({ name, shape }) => leavesBelow(name, shape));
}

function leavesBelow(path: string, shape: Shape): readonly string[] {
  const inner = shape.kind === 'list' ? shape.element : shape;
  if (inner.kind !== 'structure') return [path];
  return leavesOf(inner).map((below) => `${path}.${below}`);
}

/** The same paths, of what a value holds. */
export function leavesIn(value: JsonObject, structure: Structure): readonly string[] {
  return leavesOf(structure).filter((path) => valueAt(value, path.split('.')) !== undefined);
}

function valueAt(value: Json | undefined, [key, ...below]: readonly string[]): Json | undefined {
  if (key === undefined) return value;
  if (Array.isArray(value)) return valueAt(value[0], [key, ...below]);
  return isJsonObject(value) ? valueAt(value[key], below) : undefined;
}

/** The least that a call must hold to set the member at this path, to a value not in `but`. */
export function requestWith(
  structure: Structure,
  [name, ...below]: readonly string[],
  but: readonly string[],
  root = '',
): JsonObject {
  const given = structure.members.filter((member) => member.required || member.name === name);
  return Object.fromEntries(
    given.map((member) => {
      const further = member.name === name ? below : [];
      const { shape } = member;
      if (shape.kind === 'structure') {
        return [member.name, requestWith(shape, further, but, shape.name)];
      }
      return [member.name, sample(shape, root, member.name, but)];
    }),
  );
}

function sample(shape: Shape, structure: string, name: string, but: readonly string[]): Json {
  const { values = ['x'], min = 1 } = limitsOf(structure, name);
  switch (shape.kind) {
    case 'text':
      return TEXTS[name] ?? values.find((value) => !but.includes(value)) ?? 'x';
    case 'integer':
    case 'time':
      return min;
    case 'flag':
      return true;
    case 'list':
      return [sample(shape.element, structure, name, but)];
    case 'map':
      return { x: sample(shape.element, structure, name, but) };
    case 'structure':
      return requestWith(shape, [], but, shape.name);
  }
}

/** Where a pattern asks for more than one letter. */
const TEXTS: Readonly<Record<string, string>> = {
  LambdaArn: 'arn:aws:lambda:us-east-1:000000000000:function:f',
  UserPoolId: 'local_x',
  Session: 'x'.repeat(20),
};

/** What in an answer the model does not have, or has in another type. */
export function faultsIn(value: unknown, shape: Shape, path = ''): readonly string[] {
  if (value === undefined) return [];
  switch (shape.kind) {
    case 'structure':
      if (!isJsonObject(value)) return [`${path} is no structure`];
      return Object.entries(value).flatMap(([key, held]) => {
        const member = shape.members.find(({ name }) => name === key);
        return member === undefined
          ? [`${path}.${key} is not in the model`]
          : faultsIn(held, member.shape, `${path}.${key}`);
      });
    case 'list':
      if (!Array.isArray(value)) return [`${path} is no list`];
      return value.flatMap((held, index) => faultsIn(held, shape.element, `${path}.${index}`));
    case 'map':
      if (!isJsonObject(value)) return [`${path} is no map`];
      return Object.values(value).flatMap((held) => faultsIn(held, shape.element, path));
    case 'text':
      return typeof value === 'string' ? [] : [`${path} is no text`];
    case 'flag':
      return typeof value === 'boolean' ? [] : [`${path} is no boolean`];
    case 'integer':
    case 'time':
      return typeof value === 'number' ? [] : [`${path} is no number`];
  }
}
