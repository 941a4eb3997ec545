/** The table of operations: what the endpoint can be asked for, by name. */
import { authOperations } from './auth-operations.ts';
import { clientOperations } from './client-operations.ts';
import { groupOperations } from './group-operations.ts';
import { invitationOperations } from './invitation-operations.ts';
import { listingOperations } from './listing-operations.ts';
import type { Operation } from './operation.ts';
import { passwordOperations } from './password-operations.ts';
import { poolOperations } from './pool-operations.ts';
import { refreshOperations } from './refresh.ts';
import { selfServiceOperations } from './self-service-operations.ts';
import { signUpOperations } from './sign-up-operations.ts';
import { userOperations } from './user-operations.ts';
import { verificationOperations } from './verification-operations.ts';

const all: readonly Operation[] = [
  ...authOperations,
  ...refreshOperations,
  ...signUpOperations,
  ...selfServiceOperations,
  ...verificationOperations,
  ...passwordOperations,
  ...invitationOperations,
  ...userOperations,
  ...groupOperations,
  ...listingOperations,
  ...poolOperations,
  ...clientOperations,
];

export const operations: ReadonlyMap<string, Operation> = new Map(
  all.map((operation) => [operation.model.name, operation]),
);
