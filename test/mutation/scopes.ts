import { UsageError } from '../../deploy/command-line.ts';

/** What is mutated, by which tests its mutants must be found, and how many of them at least. */
export interface Scope {
  readonly name: string;
  /** Files, as globs. */
  readonly mutate: readonly string[];
  /** Files among them that are left alone. */
  readonly except?: readonly string[];
  readonly tests: {
    readonly include: string[];
    readonly exclude: string[];
    /**
     * Whether each file of tests loads the modules anew, which takes most of a mutant's time. Without, a
     * mutant in what a module makes as it loads, such as a table, comes too late, and counts as not found.
     */
    readonly isolate: boolean;
  };
  /** Percentage of mutants. */
  readonly atLeast: number;
}

export const SCOPES: readonly Scope[] = [
  {
    name: 'domain',
    mutate: ['src/domain/**/*.ts'],
    except: [
      // What adapters throw is tested with them.
      'src/domain/ports/*.ts',
      // Texts in sixteen languages: tests tell how they must look, not what they say.
      'src/domain/sms/templates.ts',
    ],
    tests: {
      include: ['test/domain/**/*.test.ts', 'test/config/sms-{routes,texts}.test.ts'],
      // Plays days of traffic, by rules that others test one by one.
      exclude: ['test/domain/abuse/days-of-sms.test.ts'],
      isolate: false,
    },
    atLeast: 97,
  },
  {
    name: 'config',
    mutate: ['src/config/**/*.ts'],
    tests: { include: ['test/config/**/*.test.ts'], exclude: [], isolate: false },
    atLeast: 97,
  },
  {
    name: 'events',
    mutate: ['src/dispatcher.ts', 'src/trigger-events.ts'],
    tests: {
      include: ['test/{dispatcher,pipeline,trigger-events}.test.ts'],
      exclude: [],
      isolate: false,
    },
    atLeast: 97,
  },
  {
    name: 'adapters',
    mutate: [
      'src/adapters/**/*.ts',
      'src/domain/ports/*.ts',
      'src/observability/**/*.ts',
      'src/pipeline.ts',
    ],
    tests: {
      include: [
        'test/adapters/**/*.test.ts',
        'test/observability/**/*.test.ts',
        'test/{invocation-deadline,pipeline,sms-delivery}.test.ts',
        'test/e2e/sign-up.test.ts',
      ],
      exclude: [],
      // Gateways are tables of settings and of providers' errors.
      isolate: true,
    },
    atLeast: 92,
  },
];

/** @throws UsageError if there is no such scope. */
export function scopeNamed(name: string | undefined): Scope {
  const found = SCOPES.find((scope) => scope.name === name);
  if (found === undefined) {
    const names = SCOPES.map((scope) => scope.name).join(', ');
    throw new UsageError(`There is no scope '${name}' to mutate: these are ${names}.`);
  }
  return found;
}
