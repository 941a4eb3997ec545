/** A map that knows which of its entries was longest left alone, without looking for it. */
export class RecencyMap<K, V> {
  readonly #entries = new Map<K, V>();
  /** Where the oldest entry was found last: whatever stood before it is gone, or stands behind it again. */
  #oldest = this.#entries.keys();

  get size(): number {
    return this.#entries.size;
  }

  get(key: K): V | undefined {
    return this.#entries.get(key);
  }

  /** Sets the entry, which is the newest from now on. */
  set(key: K, value: V): void {
    this.#entries.delete(key);
    this.#entries.set(key, value);
  }

  delete(key: K): void {
    this.#entries.delete(key);
  }

  /** Deletes the entry that was longest not set; nothing where there is none. */
  deleteOldest(): void {
    let oldest = this.#oldest.next();
    if (oldest.done) {
      // An iterator that has ended does not see what comes later.
      this.#oldest = this.#entries.keys();
      oldest = this.#oldest.next();
    }
    if (!oldest.done) {
      this.#entries.delete(oldest.value);
    }
  }
}
