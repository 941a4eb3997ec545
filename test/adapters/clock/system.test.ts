import { SystemClock } from '../../../src/adapters/clock/system.ts';
import { describeClockContract } from '../../contracts/clock.contract.ts';

describeClockContract('system', () => new SystemClock());
