/** Long lists, page by page. */
import { invalidParameter } from './errors.ts';

const MOST = 60;

export interface Page<T> {
  readonly items: readonly T[];
  /** Leads to the next page; undefined on the last. */
  readonly next: string | undefined;
}

/**
 * A token is the id of the item that its page begins with.
 * @param limit how many on a page; 0 or undefined stands for as many as Cognito gives
 * @throws CognitoError InvalidParameterException
 */
export function pageOf<T>(
  all: readonly T[],
  idOf: (item: T) => string,
  token: string | undefined,
  limit: number | undefined,
): Page<T> {
  const start = token === undefined ? 0 : all.findIndex((item) => idOf(item) === token);
  if (start === -1) throw invalidParameter('Invalid pagination token provided.');
  const end = start + (limit || MOST);
  const following = all[end];
  return {
    items: all.slice(start, end),
    next: following === undefined ? undefined : idOf(following),
  };
}
