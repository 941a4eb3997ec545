import { MemoryConversionCounter } from '../../../src/adapters/conversion-counter/memory.ts';
import { describeConversionCounterContract } from '../../contracts/conversion-counter.contract.ts';

describeConversionCounterContract('memory', () => [new MemoryConversionCounter()]);
