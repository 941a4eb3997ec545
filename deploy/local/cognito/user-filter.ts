/** The filter language of ListUsers: `name = "value"`, or `name ^= "beginning"`. */
import { CognitoError, invalidParameter } from './errors.ts';
import type { User } from './user.ts';

/** Names need no quotation marks; values do, with theirs inside escaped by a backslash. */
const FILTER = /^\s*("?)([\w:]+)\1\s*(\^?=)\s*"((?:[^"\\]|\\.)*)"\s*$/su;

const SEARCHABLE: ReadonlySet<string> = new Set([
  ...['username', 'email', 'phone_number', 'name', 'given_name', 'family_name'],
  ...['preferred_username', 'cognito:user_status', 'status', 'sub'],
]);

/** @throws CognitoError InvalidParameterException */
export function readUserFilter(filter = ''): (user: User) => boolean {
  if (filter.trim() === '') return () => true;
  const [, , name = '', operator = '', quoted = ''] = FILTER.exec(filter) ?? [];
  if (name === '') {
    throw new CognitoError('InvalidParameterException', 'Error while parsing filter', {
      hint: 'write it as in phone_number = "+12025550100", or with ^= for a beginning',
    });
  }
  if (!SEARCHABLE.has(name)) {
    throw invalidParameter(`Invalid search attribute: ${name}`);
  }
  const value = folded(name, quoted.replace(/\\(.)/gsu, '$1'));
  return (user) => {
    const held = searchedValue(user, name);
    if (held === undefined) return false;
    return operator === '=' ? folded(name, held) === value : folded(name, held).startsWith(value);
  };
}

function searchedValue(user: User, name: string): string | undefined {
  switch (name) {
    case 'username':
      return user.username;
    case 'sub':
      return user.sub;
    case 'status':
      return user.enabled ? 'Enabled' : 'Disabled';
    case 'cognito:user_status':
      return user.status;
    default:
      return user.attributes.get(name);
  }
}

/** Only of a user's state the case does not count. */
function folded(name: string, value: string): string {
  return name === 'cognito:user_status' ? value.toUpperCase() : value;
}
