import { randomBytes, randomInt } from 'node:crypto';
import { NodeCryptoOtpGenerator } from '../../../src/adapters/otp-generator/node-crypto.ts';
import { SeededOtpGenerator } from '../../fakes/seeded-otp-generator.ts';
import { describeOtpGeneratorContract } from '../otp-generator.contract.ts';
import { suitesOf } from './broken-port.ts';

const make = (generate: (length: number) => string) => () => ({ generate });
const anyCode = (length: number) => String(randomInt(10 ** length)).padStart(length, '0');

export const OTP_GENERATORS = suitesOf(
  'generator of codes',
  describeOtpGeneratorContract,
  () => new NodeCryptoOtpGenerator(),
  {
    'drops leading zeros': [
      'A1: makes codes of 6 digits',
      make((length) => String(randomInt(10 ** length))),
    ],
    'makes six digits, whatever was asked for': [
      'A1: makes codes of 8 digits',
      make(() => anyCode(6)),
    ],
    'never begins with a zero': [
      'A1: keeps leading zeros',
      make((length) => String(randomInt(10 ** (length - 1), 10 ** length))),
    ],
    'leaves the nines out': [
      'A3: finds every digit equally likely',
      make((length) => anyCode(length).replaceAll('9', '8')),
    ],
    'takes bytes modulo ten': [
      'A3: finds every digit equally likely',
      () => {
        // One store of bytes for many codes: asking the system for each would take long.
        const bytes = randomBytes(65_536);
        let next = 0;
        return {
          generate: (length) =>
            Array.from({ length }, () => (bytes[next++ % bytes.length] ?? 0) % 10).join(''),
        };
      },
    ],
    'starts from the same seed': ['A2: does not repeat itself', () => new SeededOtpGenerator()],
  },
);
