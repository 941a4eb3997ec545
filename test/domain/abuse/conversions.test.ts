import { beforeEach, describe, expect, it } from 'vitest';
import type { CreateRequest } from '../../../src/domain/create-request.ts';
import {
  codeRound,
  createDomain,
  createRequest,
  type Domain,
  lock,
  PHONE,
  scope,
  seconds,
  stranger,
  verifyRequest,
} from '../../support/domain.ts';

const SINGAPORE = { phone: { number: '+6591234567', verified: true } };

describe('Of each country', () => {
  let domain: Domain;
  beforeEach(() => {
    domain = createDomain();
  });

  const open = (changes: Partial<CreateRequest> = {}) =>
    domain.create.execute(createRequest(domain, changes));
  const counts = async (country = 'US', at = domain.clock.now()) =>
    (await domain.traffic.read(country, at)).hour;
  const prove = (reference: string, changes = {}) =>
    domain.verify.execute(
      verifyRequest(domain, reference, { answer: domain.gateway.lastCode, ...changes }),
    );

  it('SMS are counted, first ones and new ones', async () => {
    const { reference } = await open();
    domain.clock.advance(seconds(30));
    await open({ rounds: [codeRound(reference)], resendRequested: true });
    await open(SINGAPORE);
    expect(await counts('US')).toEqual({ sent: 2, converted: 0 });
    expect(await counts('SG')).toEqual({ sent: 1, converted: 0 });
  });

  it('SMS that were not due are not', async () => {
    await open(stranger());
    await lock(domain);
    await open();
    expect(await counts('US')).toEqual({ sent: 0, converted: 0 });
  });

  it('SMS are counted before they leave, and no more where the provider then refuses', async () => {
    const before: unknown[] = [];
    domain.gateway.failByRefusing('throttled');
    domain.gateway.before('send', async () => {
      before.push(await counts('SG'));
    });
    await open({ ...SINGAPORE, scope: { ...scope, username: 'user-b' } });
    expect(before).toEqual([{ sent: 1, converted: 0 }]);
    expect(await counts('SG')).toEqual({ sent: 0, converted: 0 });
  });

  it('right answers are counted, and no others', async () => {
    const { reference } = await open();
    await domain.verify.execute(verifyRequest(domain, reference));
    expect(await counts()).toEqual({ sent: 1, converted: 0 });
    expect(await prove(reference)).toMatchObject({ kind: 'verified', country: 'US' });
    await prove(reference);
    expect(await counts()).toEqual({ sent: 1, converted: 1 });
  });

  it('right answers are counted for the country that the SMS went to', async () => {
    const { reference } = await open(SINGAPORE);
    expect(await prove(reference, SINGAPORE)).toMatchObject({ country: 'SG' });
    expect(await counts('SG')).toEqual({ sent: 1, converted: 1 });
  });

  it('right answers are counted for the time of their SMS', async () => {
    const times: number[] = [];
    domain.traffic.before('countConverted', (_, sentAt) => {
      times.push(sentAt);
    });
    const sentAt = domain.clock.now();
    const { reference } = await open({ phone: PHONE });
    domain.clock.advance(seconds(60));
    expect(await prove(reference)).toMatchObject({ kind: 'verified' });
    expect(times).toEqual([sentAt]);
  });

  it('a fault of our own in counting is told, and is none of the store', async () => {
    const { reference } = await open();
    domain.traffic.fail('countConverted', new TypeError('ours'));
    await expect(prove(reference)).rejects.toThrow(TypeError);
  });
});
