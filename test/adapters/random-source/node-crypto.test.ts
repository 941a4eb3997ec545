import { NodeCryptoRandomSource } from '../../../src/adapters/random-source/node-crypto.ts';
import { describeRandomSourceContract } from '../../contracts/random-source.contract.ts';

describeRandomSourceContract('node-crypto', () => new NodeCryptoRandomSource());
