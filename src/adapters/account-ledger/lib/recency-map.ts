/** A map that knows which of its entries was longest left alone, without looking for it. */
export class RecencyMap<K, V> {
  readonly #entries = new Map<K, V>();
  /** Where the oldest entry was found last: whatever stood before it is gone, or stands behind it again. */
  #oldest: MapIterator<K> | undefined;
  /** How often entries were set since. */
  #setsSince = 0;

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
    this.#setsSince += 1;
    // An iterator that does not move on keeps alive all that the map has held meanwhile.
    if (this.#setsSince > this.#entries.size) {
      this.#oldest = undefined;
    }
  }

  delete(key: K): void {
    this.#entries.delete(key);
  }

  /** Deletes the entry that was longest not set; nothing where there is none. */
  deleteOldest(): void {
    this.#setsSince = 0;
    this.#oldest ??= this.#entries.keys();
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
