import { StoreError } from '../../src/domain/ports/store-error.ts';

/** The names of a port's methods. */
type Method<Port> = {
  [Name in keyof Port]-?: Port[Name] extends (...args: never[]) => unknown ? Name : never;
}[keyof Port];

/** The names of those that answer later, and so can reject. */
export type AsyncMethod<Port> = {
  [Name in Method<Port>]: Port[Name] extends (...args: never[]) => Promise<unknown> ? Name : never;
}[Method<Port>];

type Call<Port, Name extends keyof Port> = Extract<Port[Name], (...args: never[]) => unknown>;

/** What may go on before or after a call: waiting too, where the caller waits for the call as well. */
type Act<Port, Name extends keyof Port> = (
  ...args: Parameters<Call<Port, Name>>
) => ReturnType<Call<Port, Name>> extends Promise<unknown> ? void | Promise<void> : void;

/** Has the calls of the method go through again. */
export type Resume = () => void;

/**
 * How a test gets in the way of calls. One interruption holds for each method: a later one takes its
 * place. It lasts until it is resumed.
 */
export interface Interruptions<Port> {
  /** Does this, with the call's arguments, before each call of the method; a call is not made when it fails. */
  before<Name extends Method<Port>>(method: Name, act: Act<Port, Name>): Resume;
  /** Does this when each call of the method has gone well, before its caller hears of it. */
  after<Name extends AsyncMethod<Port>>(method: Name, act: Act<Port, Name>): Resume;
  /** Does this instead of each call of the method. */
  instead<Name extends Method<Port>>(method: Name, act: Call<Port, Name>): Resume;
  /** Rejects each call of the method: as a store that can't be reached, unless told otherwise. */
  fail<Name extends AsyncMethod<Port>>(method: Name, error?: unknown): Resume;
}

export type Interruptible<Port> = Port & Interruptions<Port>;

type AnyCall = (...args: unknown[]) => unknown;

/** The port itself, fake or real, whose calls a test may interrupt; what it calls on itself goes through. */
export function interruptible<Port extends object>(port: Port): Interruptible<Port> {
  const interruptions = new Map<PropertyKey, (args: unknown[], proceed: AnyCall) => unknown>();
  const interrupt = (
    method: PropertyKey,
    interruption: (args: unknown[], proceed: AnyCall) => unknown,
  ): Resume => {
    interruptions.set(method, interruption);
    return () => {
      if (interruptions.get(method) === interruption) {
        interruptions.delete(method);
      }
    };
  };
  const controls = {
    before: (method: PropertyKey, act: AnyCall) =>
      interrupt(method, (args, proceed) => {
        const prepared = act(...args);
        return prepared instanceof Promise
          ? prepared.then(() => proceed(...args))
          : proceed(...args);
      }),
    after: (method: PropertyKey, act: AnyCall) =>
      interrupt(method, async (args, proceed) => {
        const result = await proceed(...args);
        await act(...args);
        return result;
      }),
    instead: (method: PropertyKey, act: AnyCall) => interrupt(method, (args) => act(...args)),
    fail: (method: PropertyKey, ...given: unknown[]) =>
      interrupt(method, () => Promise.reject(given.length === 0 ? unreachable() : given[0])),
  };
  return new Proxy(port, {
    get(target, name) {
      if (name in controls) {
        return controls[name as keyof typeof controls];
      }
      const value = Reflect.get(target, name, target);
      if (typeof value !== 'function') {
        return value;
      }
      const proceed: AnyCall = (...args) => Reflect.apply(value, target, args);
      return (...args: unknown[]) => {
        const interruption = interruptions.get(name);
        return interruption === undefined ? proceed(...args) : interruption(args, proceed);
      };
    },
    set: (target, name, value) => Reflect.set(target, name, value, target),
  }) as Interruptible<Port>;
}

/** What a store that can't be reached throws. */
function unreachable(): StoreError {
  return new StoreError('unavailable', new Error('down'));
}
