/** The Lambda entry: built once at cold start, then called for each of the three custom-auth triggers. */
import { createHandler } from './create-handler.ts';
import type { Handler } from './pipeline.ts';

/** The handler that Lambda calls. Its start is done when the module has loaded. */
export const handler: Handler = await createHandler();
