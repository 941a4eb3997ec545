import { SystemTimer } from '../../../src/adapters/timer/system.ts';
import { describeTimerContract } from '../../contracts/timer.contract.ts';

describeTimerContract('system', () => {
  const start = performance.now();
  return { timer: new SystemTimer(), elapsed: () => performance.now() - start };
});
