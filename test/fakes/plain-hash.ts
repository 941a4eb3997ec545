/** A short unkeyed hash (cyrb53), good enough to tell inputs apart in a test: never for real secrets. */
export function plainHash(text: string): string {
  let high = 0xdeadbeef;
  let low = 0x41c6ce57;
  for (const char of text) {
    const codePoint = char.codePointAt(0) ?? 0;
    high = Math.imul(high ^ codePoint, 2654435761);
    low = Math.imul(low ^ codePoint, 1597334677);
  }
  high = Math.imul(high ^ (high >>> 16), 2246822507) ^ Math.imul(low ^ (low >>> 13), 3266489909);
  low = Math.imul(low ^ (low >>> 16), 2246822507) ^ Math.imul(high ^ (high >>> 13), 3266489909);
  return [high, low].map((half) => (half >>> 0).toString(16).padStart(8, '0')).join('');
}
