/** Why a store could not be asked. */
export type StoreFailure =
  /** The store limits our rate. */
  | 'throttled'
  /** The table does not exist, or is not what we take it for. */
  | 'table-missing'
  /** Our credentials or permissions don't allow the call. */
  | 'access-denied'
  /** No answer came in time: whether a write was done is not known. */
  | 'timed-out'
  /** Any other trouble. */
  | 'unavailable';

/** A store that several containers share could not be asked. `cause` is the store's own error. */
export class StoreError extends Error {
  override readonly name = 'StoreError';
  readonly code = 'STORE_FAILED';
  readonly failure: StoreFailure;

  constructor(failure: StoreFailure, cause: unknown) {
    super(`The store failed: ${failure}`, { cause });
    this.failure = failure;
  }
}

/** The store's failure, where the work itself must not fail with it; any other error passes. */
export async function storeErrorOf(work: Promise<unknown>): Promise<StoreError | undefined> {
  try {
    await work;
    return undefined;
  } catch (error) {
    if (error instanceof StoreError) {
      return error;
    }
    throw error;
  }
}
