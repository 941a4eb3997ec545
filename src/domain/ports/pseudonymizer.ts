/** Names a user without giving the user away. */
export interface Pseudonymizer {
  /**
   * A keyed digest of `identity`: 16 hexadecimal digits, the same for the same identity in every
   * container, also while keys are replaced, and useless to find the identity without the key.
   */
  pseudonym(identity: string): string;
}
