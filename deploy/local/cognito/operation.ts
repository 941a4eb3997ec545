/** How an operation is declared: the SDK's command for it, who may call it, what it does. */
import type { JsonObject } from '../json.ts';
import { type CommandClass, modelOf, type OperationModel } from './model.ts';
import { type Refusals, refusalsOf } from './refusals.ts';
import { type Checked, readRequest } from './request-shape.ts';
import type { CognitoService } from './service.ts';

export interface Operation {
  readonly model: OperationModel;
  /** Whether the call must be signed with AWS credentials. */
  readonly signed: boolean;
  readonly refusals: Refusals;
  /** @throws CognitoError */
  readonly run: (service: CognitoService, body: JsonObject) => Promise<object>;
}

type Answer<Output> = Checked<Omit<Output, '$metadata'>>;
type Work<Input, Output> = (
  service: CognitoService,
  input: Checked<Input>,
) => Answer<Output> | Promise<Answer<Output>>;

/** An operation that anyone may call: apps do, from browsers and phones. */
export function publicOperation<Input, Output>(
  Command: CommandClass<Input, Output>,
  work: Work<Input, Output>,
): Operation {
  const model = modelOf(Command);
  const refusals = refusalsOf(model.name);
  return {
    model,
    signed: false,
    refusals,
    run: async (service, body) =>
      work(service, readRequest(model.input, refusals, body) as Checked<Input>),
  };
}

/** An operation that needs AWS credentials: servers and operators call it. */
export function adminOperation<Input, Output>(
  Command: CommandClass<Input, Output>,
  work: Work<Input, Output>,
): Operation {
  return { ...publicOperation(Command, work), signed: true };
}
