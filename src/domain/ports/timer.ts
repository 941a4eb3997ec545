/** Lets time pass. */
export interface Timer {
  /** Resolves when that many milliseconds have gone by; at once for 0 or less. */
  sleep(milliseconds: number): Promise<void>;
}
