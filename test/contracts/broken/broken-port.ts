/** How a port's adapters go wrong, and which test of its contract has to notice. */

/** An adapter with a fault. */
export type Fault<Make> = readonly [
  /** How the title begins of a test that must fail. */
  caughtBy: string,
  /** Makes it, as the contract asks for it. */
  make: Make,
];

/** The contract of one port, to be run on one adapter. */
export interface Suite {
  readonly name: string;
  /** How the title begins of a test that must fail; `undefined` where none may. */
  readonly caughtBy: string | undefined;
  register(): void;
}

/**
 * @param sound makes an adapter without a fault, which must pass: so that what the others fail by is their fault.
 * @param faults by what each adapter does wrong.
 */
export function suitesOf<Make>(
  port: string,
  describeContract: (name: string, make: Make) => void,
  sound: Make,
  faults: Readonly<Record<string, Fault<Make>>>,
): readonly Suite[] {
  const broken = Object.entries(faults).map(([fault, [caughtBy, make]]) => ({
    name: `${port} ${fault}`,
    caughtBy,
    register: () => describeContract(fault, make),
  }));
  const name = `${port} does nothing wrong`;
  return [{ name, caughtBy: undefined, register: () => describeContract(name, sound) }, ...broken];
}

/**
 * The adapter with some of its methods replaced.
 *
 * @param changes makes the replacements, which may call the adapter as it was.
 */
export function altered<Port extends object>(
  adapter: Port,
  changes: (sound: Port) => Partial<Port>,
): Port {
  const sound = new Proxy(adapter, {
    get: (target, name) => {
      const value = Reflect.get(target, name);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
  const replaced = changes(sound);
  return new Proxy(sound, {
    get: (target, name) => Reflect.get(name in replaced ? replaced : target, name),
  });
}
