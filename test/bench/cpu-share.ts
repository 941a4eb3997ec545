/** Processor time as Lambda portions it out: a share that goes by the function's memory. */
import { mkdir, rmdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * Megabytes of memory that come with one whole virtual processor.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html
 */
export const MB_PER_PROCESSOR = 1769;

/** Microseconds in which a share may be used; who has used it up waits for the next. */
const PERIOD_US = 20_000;

/** The kernel's control groups, in both versions of their interface: where they are, and how a share is set. */
const INTERFACES = [
  {
    root: '/sys/fs/cgroup/cpu',
    limits: (quotaUs: number) => ({
      'cpu.cfs_period_us': String(PERIOD_US),
      'cpu.cfs_quota_us': String(quotaUs),
    }),
  },
  {
    root: '/sys/fs/cgroup',
    limits: (quotaUs: number) => ({ 'cpu.max': `${quotaUs} ${PERIOD_US}` }),
  },
];

/** A share of one processor, for processes that are held to it together. */
export class CpuShare {
  readonly #folder: string;

  private constructor(folder: string) {
    this.#folder = folder;
  }

  /** @throws Error where the machine lets us set none: it takes Linux, and root. */
  static async forMemory(memoryMb: number): Promise<CpuShare> {
    const quotaUs = Math.round(
      (PERIOD_US * Math.min(memoryMb, MB_PER_PROCESSOR)) / MB_PER_PROCESSOR,
    );
    const reasons: string[] = [];
    for (const { root, limits } of INTERFACES) {
      const folder = join(root, `phone-otp-bench-${process.pid}-${memoryMb}`);
      try {
        await mkdir(folder);
        for (const [file, limit] of Object.entries(limits(quotaUs))) {
          await writeFile(join(folder, file), limit);
        }
        return new CpuShare(folder);
      } catch (error) {
        reasons.push((error as Error).message);
        await rmdir(folder).catch(() => {});
      }
    }
    throw new Error(`No share of a processor can be set here: ${reasons.join('; ')}`);
  }

  /** Holds a process to the share, with all its threads. */
  async hold(pid: number): Promise<void> {
    await writeFile(join(this.#folder, 'cgroup.procs'), String(pid));
  }

  /** Once its processes have ended. */
  async close(): Promise<void> {
    await rmdir(this.#folder);
  }
}
