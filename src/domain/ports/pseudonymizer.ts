/** Names a user without giving the user away. */
export interface Pseudonymizer {
  /**
   * A keyed digest of `identity`: 16 hexadecimal digits, always the same for the same identity and
   * key, and useless to find the identity without the key.
   */
  pseudonym(identity: string): string;
}
