/** How an operation is declared: its members, who may call it, what it does. */
import type { JsonObject } from '../json.ts';
import { type Input, readRequest } from './request-shape.ts';
import type { CognitoService } from './service.ts';

export interface Operation {
  /** Whether the call must be signed with AWS credentials. */
  readonly signed: boolean;
  /** @throws CognitoError */
  readonly run: (service: CognitoService, body: JsonObject) => Promise<object>;
}

type Shape = Parameters<typeof readRequest>[0];
type Work<S extends Shape> = (service: CognitoService, input: Input<S>) => object | Promise<object>;

/** An operation that anyone may call: apps do, from browsers and phones. */
export function publicOperation<S extends Shape>(shape: S, work: Work<S>): Operation {
  return {
    signed: false,
    run: async (service, body) => work(service, readRequest(shape, body)),
  };
}

/** An operation that needs AWS credentials: servers and operators call it. */
export function adminOperation<S extends Shape>(shape: S, work: Work<S>): Operation {
  return { ...publicOperation(shape, work), signed: true };
}
