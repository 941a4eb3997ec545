/** The table of operations: what the endpoint can be asked for, by name. */
import { authOperations } from './auth-operations.ts';
import type { Operation } from './operation.ts';
import { userOperations } from './user-operations.ts';

export const operations: ReadonlyMap<string, Operation> = new Map<string, Operation>(
  Object.entries({ ...authOperations, ...userOperations }),
);
