/** What the figures were measured on. */
import { availableParallelism, cpus, totalmem } from 'node:os';

export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryMb: number;
  readonly node: string;
  readonly date: string;
}

export function thisMachine(): Machine {
  return {
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    memoryMb: Math.round(totalmem() / 2 ** 20),
    node: process.version,
    date: new Date().toISOString(),
  };
}

export function describeMachine({ cpu, cores, memoryMb, node, date }: Machine): string {
  const memory = `${(memoryMb / 1024).toFixed(1)} GiB`;
  return `${cpu}, ${cores} cores, ${memory}; Node.js ${node}; ${date}`;
}
