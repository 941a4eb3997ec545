/** What is mutated, by which tests its mutants must be found, and how many of them at least. */
export interface Scope {
  readonly name: string;
  /** Files, as Stryker's globs. */
  readonly mutate: readonly string[];
  readonly tests: { readonly include: string[]; readonly exclude: string[] };
  /** Percentage of mutants. */
  readonly atLeast: number;
}

export const SCOPES: readonly Scope[] = [
  {
    name: 'domain',
    mutate: ['src/domain/**/*.ts'],
    tests: {
      include: ['test/domain/**/*.test.ts'],
      // Plays days of traffic, by rules that others test one by one.
      exclude: ['test/domain/abuse/days-of-sms.test.ts'],
    },
    atLeast: 97,
  },
  {
    name: 'config',
    mutate: ['src/config/**/*.ts'],
    tests: { include: ['test/config/**/*.test.ts'], exclude: [] },
    atLeast: 97,
  },
  {
    name: 'events',
    mutate: ['src/dispatcher.ts', 'src/trigger-events.ts'],
    tests: { include: ['test/{dispatcher,pipeline,trigger-events}.test.ts'], exclude: [] },
    atLeast: 97,
  },
  {
    name: 'adapters',
    mutate: ['src/adapters/**/*.ts', 'src/observability/**/*.ts', 'src/pipeline.ts'],
    tests: {
      include: [
        'test/adapters/**/*.test.ts',
        'test/observability/**/*.test.ts',
        'test/{pipeline,sms-delivery}.test.ts',
      ],
      exclude: [],
    },
    atLeast: 92,
  },
];

/** @throws {Error} if there is no such scope. */
export function scopeNamed(name: string | undefined): Scope {
  const found = SCOPES.find((scope) => scope.name === name);
  if (found === undefined) {
    const names = SCOPES.map((scope) => scope.name).join(', ');
    throw new Error(`There is no scope ${JSON.stringify(name)} to mutate: these are ${names}`);
  }
  return found;
}
