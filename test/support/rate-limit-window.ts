/** The ten minutes that limits count by begin on the clock: waits for the next where few seconds are left. */
export async function roomInTenMinutes(milliseconds: number): Promise<void> {
  const left = 600_000 - (Date.now() % 600_000);
  if (left < milliseconds) {
    await new Promise((resolve) => setTimeout(resolve, left));
  }
}
