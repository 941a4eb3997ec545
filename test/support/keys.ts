/** Fixed keys, so that a test that fails once fails always. */
export const KEY = new Uint8Array(32).fill(1);
export const OTHER_KEY = new Uint8Array(32).fill(2);

/** Keys that a setting takes, as it does not those above; in base64. */
export const STRONG_KEY = 'mJ3vK0c1Yx5c1q8hWq0z6Tt7b9Pz2nQfU4sVdE8rLgA=';
export const OTHER_STRONG_KEY = 'Zk1bQ7uYw2NfR6hT0xJ9pLcV3sGdA8eMiO5tXyBnKqU=';
