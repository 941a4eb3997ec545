/** How many SMS a text is billed as: 3GPP TS 23.038 (alphabets) and TS 23.040 (concatenation). */
export interface SmsSegments {
  readonly encoding: 'GSM-7' | 'UCS-2';
  /** Septets in GSM-7, 16-bit units in UCS-2. */
  readonly units: number;
  readonly segments: number;
}

// TS 23.038 §6.2.1, row by row; the 0x1B in its second row leads to the extension table.
const BASIC =
  '@£$¥èéùìòÇ\nØø\rÅå' +
  'Δ_ΦΓΛΩΠΨΣΘΞÆæßÉ' +
  ' !"#¤%&\'()*+,-./' +
  '0123456789:;<=>?' +
  '¡ABCDEFGHIJKLMNO' +
  'PQRSTUVWXYZÄÖÑÜ§' +
  '¿abcdefghijklmno' +
  'pqrstuvwxyzäöñüà';

// TS 23.038 §6.2.1.1: each takes two septets, the escape and itself.
const EXTENSION = '\f^{}\\[~]|€';

const BITS_PER_SMS = 140 * 8;
// TS 23.040 §9.2.3.24.1: six bytes of each part say which part of which message it is.
const BITS_PER_PART = (140 - 6) * 8;

/** Counts what a text is billed as. */
export function smsSegments(text: string): SmsSegments {
  const characters = [...text];
  const septets = characters.map(septetsOf);
  const gsm = septets.every((size) => size !== undefined);
  // No character is torn apart: neither an escape from what follows it, nor a surrogate from its pair.
  const sizes = gsm ? septets : characters.map(({ length }) => length);
  const units = sizes.reduce((sum, size) => sum + size, 0);
  const bits = gsm ? 7 : 16;
  return {
    encoding: gsm ? 'GSM-7' : 'UCS-2',
    units,
    segments:
      units <= Math.floor(BITS_PER_SMS / bits)
        ? 1
        : countParts(sizes, Math.floor(BITS_PER_PART / bits)),
  };
}

function septetsOf(character: string): number | undefined {
  if (BASIC.includes(character)) {
    return 1;
  }
  return EXTENSION.includes(character) ? 2 : undefined;
}

function countParts(sizes: readonly number[], room: number): number {
  let parts = 1;
  let used = 0;
  for (const size of sizes) {
    if (used + size > room) {
      parts += 1;
      used = 0;
    }
    used += size;
  }
  return parts;
}
