import { expect, test } from 'vitest';
import { SessionStore } from '../../../deploy/local/cognito/sessions.ts';

test('of two callers that opened a session before either used it, the first goes on', () => {
  const sessions = new SessionStore<string>(() => 0);
  const session = sessions.issue('state', 1000);
  const first = sessions.open(session, () => true);
  const second = sessions.open(session, () => true);
  first.consume();
  expect(() => second.consume()).toThrow('session can only be used once');
});
