/**
 * Cognito's service model as the AWS SDK carries it: which members a call has, of which type, and
 * which are required. Lengths, patterns and sets of values are not in it: see limits.ts.
 */

/** A type of the model. */
export type Shape =
  /** The value of a sensitive text is left out of error texts. */
  | { readonly kind: 'text'; readonly sensitive: boolean }
  | { readonly kind: 'integer' | 'flag' | 'time' }
  | { readonly kind: 'list' | 'map'; readonly element: Shape }
  | Structure;

export interface Structure {
  readonly kind: 'structure';
  readonly name: string;
  readonly members: readonly Member[];
}

export interface Member {
  readonly name: string;
  readonly required: boolean;
  readonly shape: Shape;
}

/** The model of one operation. */
export interface OperationModel {
  readonly name: string;
  readonly input: Structure;
  readonly output: Structure;
}

/** A command class of the SDK. */
export type CommandClass<Input, Output> = new (
  input: Input,
) => {
  readonly schema?: unknown;
  readonly input: Input;
  resolveMiddleware(...args: never): (args: never) => Promise<{ readonly output: Output }>;
};

export function modelOf(
  Command: new (input: never) => { readonly schema?: unknown },
): OperationModel {
  const { schema } = new Command({} as never);
  const [, , name, , input, output] = schema as OperationSchema;
  return { name, input: structureOf(input), output: structureOf(output) };
}

/**
 * The SDK's own notation: a number for a plain type, a list for any other, a function for one that
 * is declared further down, and a pair where traits are added.
 */
type Schema = number | 'unit' | readonly unknown[] | (() => Schema);
type OperationSchema = readonly [9, string, string, unknown, Schema, Schema];
type StructureSchema = readonly [3, string, string, unknown, string[], Schema[], number?];

const LIST = 64;
const MAP = 128;
const SENSITIVE = 8;

/** Where a call has no answer, that is a unit. */
function structureOf(schema: Schema): Structure {
  if (schema === 'unit') return { kind: 'structure', name: '', members: [] };
  if (typeof schema === 'function') return structureOf(schema());
  const shape = shapeOf(schema);
  if (shape.kind === 'structure') return shape;
  throw new Error(`The SDK has a ${shape.kind} where a structure was expected`);
}

function shapeOf(schema: Schema): Shape {
  if (typeof schema === 'function') return shapeOf(schema());
  if (typeof schema === 'number') return plainShape(schema);
  const [kind, , name, traits, element] = schema as readonly [
    unknown,
    unknown,
    string,
    ...unknown[],
  ];
  if (typeof kind !== 'number') return shapeOf(kind as Schema);
  switch (kind) {
    case 0:
      return traits === SENSITIVE ? sensitiveText : plainShape(element as number);
    case 1:
      return { kind: 'list', element: shapeOf(element as Schema) };
    case 2:
      return { kind: 'map', element: shapeOf(schema[5] as Schema) };
    case 3:
    case 4:
      return { kind: 'structure', name, members: membersOf(schema as StructureSchema) };
    default:
      throw new Error(`The SDK has a schema of the unknown kind ${kind}: ${name}`);
  }
}

const sensitiveText: Shape = { kind: 'text', sensitive: true };

function plainShape(code: number): Shape {
  if (code >= MAP) return { kind: 'map', element: plainShape(code - MAP) };
  if (code >= LIST) return { kind: 'list', element: plainShape(code - LIST) };
  switch (code) {
    case 0:
      return { kind: 'text', sensitive: false };
    case 1:
      return { kind: 'integer' };
    case 2:
      return { kind: 'flag' };
    case 4:
      return { kind: 'time' };
    default:
      throw new Error(`The SDK has a plain type of the unknown kind ${code}`);
  }
}

/** The required ones come first, and their count stands behind the list. */
function membersOf([, , , , names, schemas, required = 0]: StructureSchema): readonly Member[] {
  return names.map((name, index) => ({
    name,
    required: index < required,
    shape: shapeOf(schemas[index] ?? 0),
  }));
}
