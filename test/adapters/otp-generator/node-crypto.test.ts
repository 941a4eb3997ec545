import { NodeCryptoOtpGenerator } from '../../../src/adapters/otp-generator/node-crypto.ts';
import { describeOtpGeneratorContract } from '../../contracts/otp-generator.contract.ts';

describeOtpGeneratorContract('node-crypto', () => new NodeCryptoOtpGenerator());
