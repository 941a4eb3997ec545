/** Fixed keys, so that a test that fails once fails always. */
export const KEY = new Uint8Array(32).fill(1);
export const OTHER_KEY = new Uint8Array(32).fill(2);
