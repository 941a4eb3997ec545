/** Reads what several ask for at the same time together. */

/** Reads items by their keys; those that there are not are absent, and an error stands for each that can't be read. */
export type ReadItems<Item> = (
  keys: readonly string[],
) => Promise<ReadonlyMap<string, Item | Error>>;

/** Gathers the keys of a moment: those that are asked for without waiting for anything but promises that are kept. */
export class GatheredReads<Item> {
  readonly #read: ReadItems<Item>;
  #next: Gathered<Item> | undefined;

  constructor(read: ReadItems<Item>) {
    this.#read = read;
  }

  /** @throws the error that stands for it, or whatever the read of all of them did. */
  async find(key: string): Promise<Item | undefined> {
    this.#next ??= this.#gather();
    const { keys, items } = this.#next;
    keys.add(key);
    const found = (await items).get(key);
    if (found instanceof Error) {
      throw found;
    }
    return found;
  }

  #gather(): Gathered<Item> {
    const keys = new Set<string>();
    const items = new Promise<void>((resolve) => process.nextTick(resolve)).then(() => {
      this.#next = undefined;
      return this.#read([...keys]);
    });
    return { keys, items };
  }
}

/** What the next read is for. */
interface Gathered<Item> {
  readonly keys: Set<string>;
  readonly items: Promise<ReadonlyMap<string, Item | Error>>;
}
