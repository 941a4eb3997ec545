import { setImmediate } from 'node:timers/promises';
import { MemorySmsTraffic } from '../../../src/adapters/sms-traffic/memory.ts';
import type { SmsTraffic } from '../../../src/domain/ports/sms-traffic.ts';
import { describeSmsTrafficContract } from '../sms-traffic.contract.ts';
import { altered, suitesOf } from './broken-port.ts';

const make =
  (changes: (traffic: SmsTraffic) => Partial<SmsTraffic> = () => ({})) =>
  () =>
    [altered<SmsTraffic>(new MemorySmsTraffic(), changes)] as const;

export const SMS_TRAFFICS = suitesOf('count of SMS', describeSmsTrafficContract, make(), {
  'counts whoever only probes': [
    'counts nothing for whoever only probes',
    make((traffic) => ({
      probe: (place, budget, at) => traffic.reserve(place, budget, at),
    })),
  ],
  'lets whoever only probes pass': [
    'tells whoever only probes what a reservation would come to',
    make((traffic) => ({ probe: (place, _, at) => traffic.probe(place, undefined, at) })),
  ],
  'looks at the budget first, and takes from it later': [
    'A36: never gives more than the budget, for 50 callers at once',
    make((traffic) => ({
      reserve: async (place, budget, at) => {
        const probed = await traffic.probe(place, budget, at);
        await setImmediate();
        if (probed.kind === 'reserved' && budget !== undefined) {
          await traffic.reserve(place, budget, at);
        }
        return probed;
      },
    })),
  ],
  'tells several at once the same count': [
    'A36: tells each of 200 at once a count of its own',
    make((traffic) => ({
      reserve: async (place, budget, at) => {
        const { usedUntil: _, ...before } = await traffic.read(place, at);
        await setImmediate();
        const reserved = await traffic.reserve(place, budget, at);
        return reserved.kind === 'reserved' ? { kind: 'reserved', before } : reserved;
      },
    })),
  ],
  'mixes places up': [
    'keeps places apart',
    make((traffic) => ({
      read: (_, at) => traffic.read('', at),
      reserve: (_, ...rest) => traffic.reserve('', ...rest),
      countConverted: (_, ...rest) => traffic.countConverted('', ...rest),
    })),
  ],
  'takes no sign-in back': [
    'takes back a sign-in that did not come of it after all',
    make((traffic) => ({ countConverted: (place, at) => traffic.countConverted(place, at) })),
  ],
  'gives back to the day under way': [
    'gives back to yesterday what was counted there',
    make((traffic) => ({
      giveBack: (place, budget, at) => traffic.giveBack(place, budget, at + 1),
    })),
  ],
  'gives the budget back, and not the SMS': [
    'gives back what was not sent after all, in every window',
    make((traffic) => ({
      giveBack: async (place, budget, at) => {
        await traffic.giveBack(place, budget, at);
        await traffic.reserve(place, undefined, at);
      },
    })),
  ],
  'counts in each container by itself': [
    'A11: shows every container the same counts',
    () => [new MemorySmsTraffic(), new MemorySmsTraffic()] as const,
  ],
});
