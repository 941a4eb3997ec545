import { describe, expect, it } from 'vitest';
import { ConsoleSmsGateway } from '../../../src/adapters/sms-gateway/console.ts';
import { Deadline } from '../../../src/domain/deadline.ts';
import type { PhoneNumber } from '../../../src/domain/phone-number.ts';
import { describeSmsGatewayContract } from '../../contracts/sms-gateway.contract.ts';
import { ManualClock } from '../../fakes/manual-clock.ts';

const clock = new ManualClock();

describeSmsGatewayContract(
  'console',
  async () => {
    const lines: string[] = [];
    return {
      gateway: new ConsoleSmsGateway((line) => lines.push(line)),
      provider: () => {},
      attempts: () => lines.length,
      accepted: () =>
        lines.map((line) => {
          const [, to = '', text = ''] = /^SMS to (\S+): (.*)\n$/s.exec(line) ?? [];
          return { to, text };
        }),
      clock,
      close: async () => {},
    };
  },
  [],
  {
    canNotFail: 'a terminal takes every line at once',
    speaksNoHttp: 'it asks nobody',
    knowsNoExpiry: 'a terminal shows every line at once',
  },
);

describe('ConsoleSmsGateway', () => {
  it('shows the message on a line of its own', async () => {
    let shown = '';
    const gateway = new ConsoleSmsGateway((line) => {
      shown += line;
    });
    const to = '+12025550100' as PhoneNumber;
    const deadline = Deadline.in(clock, 1);
    await gateway.send({
      to,
      country: 'US',
      text: 'Hello 123456',
      deadline,
      expiresAt: deadline.time,
    });
    expect(shown).toBe('SMS to +12025550100: Hello 123456\n');
  });
});
