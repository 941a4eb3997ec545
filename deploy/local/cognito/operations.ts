/** The table of operations: what the endpoint can be asked for, by name. */
import { authOperations } from './auth-operations.ts';
import type { Operation } from './operation.ts';
import { poolOperations } from './pool-operations.ts';
import { refreshOperations } from './refresh.ts';
import { selfServiceOperations } from './self-service-operations.ts';
import { signUpOperations } from './sign-up-operations.ts';
import { userOperations } from './user-operations.ts';

export const operations: ReadonlyMap<string, Operation> = new Map<string, Operation>(
  Object.entries({
    ...authOperations,
    ...refreshOperations,
    ...signUpOperations,
    ...selfServiceOperations,
    ...userOperations,
    ...poolOperations,
  }),
);
