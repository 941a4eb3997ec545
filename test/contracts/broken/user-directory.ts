import type { UserDirectory } from '../../../src/domain/ports/user-directory.ts';
import { InMemoryUserDirectory } from '../../fakes/in-memory-user-directory.ts';
import {
  describeUserDirectoryContract,
  inTime,
  PHONE,
  type UserDirectoryHarness,
} from '../user-directory.contract.ts';
import { altered, suitesOf } from './broken-port.ts';

const make =
  (changes: (directory: UserDirectory) => Partial<UserDirectory> = () => ({})) =>
  async (): Promise<UserDirectoryHarness> => {
    const sound = new InMemoryUserDirectory();
    return {
      directory: altered<UserDirectory>(sound, changes),
      scope: { userPoolId: 'eu-west-1_Pool', clientId: 'client', username: 'user-a' },
      verifiedNumber: async () => sound.verified.get('user-a'),
      putOutOfReach: async () => {
        sound.reachable = false;
      },
      close: async () => {},
    };
  };

export const USER_DIRECTORIES = suitesOf('user directory', describeUserDirectoryContract, make(), {
  'writes after the deadline': [
    'throws once the deadline has passed',
    make((directory) => ({
      confirmPhone: (scope, number) => directory.confirmPhone(scope, number, inTime()),
    })),
  ],
  'keeps its trouble to itself': [
    'throws when it can not be reached',
    make((directory) => ({
      confirmPhone: (...args) => directory.confirmPhone(...args).catch(() => {}),
    })),
  ],
  'marks the number that is on record': [
    'never marks another number than the one that was proven',
    make((directory) => ({
      confirmPhone: (scope, _, deadline) => directory.confirmPhone(scope, PHONE, deadline),
    })),
  ],
  'fails where there is nothing to change': [
    'records a number as verified, and again',
    make((directory) => {
      const marked = new Set<string>();
      return {
        confirmPhone: async (scope, number, deadline) => {
          if (marked.has(number)) {
            throw new Error('Nothing to change.');
          }
          await directory.confirmPhone(scope, number, deadline);
          marked.add(number);
        },
      };
    }),
  ],
});
