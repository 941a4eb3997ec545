import { SystemClock } from '../../../src/adapters/clock/system.ts';
import { describeClockContract, systemTime } from '../../contracts/clock.contract.ts';

describeClockContract('system', () => ({ clock: new SystemClock(), ...systemTime() }));
