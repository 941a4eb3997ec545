/**
 * A challenge as it is kept, version 2: 118 bytes, whatever happened before, so that a session's length tells
 * nothing. A session carries every round's copy to every trigger, and Cognito bounds what it can hold.
 */
import type { Challenge, Code } from '../../../domain/challenge.ts';

const VERSION = 2;

/** Bytes of the stored form. */
export const STORED_BYTES = 118;

/** Bytes of a provider's reference that there is room for. */
const FEEDBACK_BYTES = 40;

/** Where each part begins; times are epoch milliseconds in six bytes. */
const AT = {
  version: 0,
  kind: 1,
  id: 2,
  digest: 18,
  issuedAt: 50,
  expiresAt: 56,
  resendAt: 62,
  shownUntil: 68,
  sends: 74,
  failures: 75,
  /** Digits in the low half of the byte, refused sends in the high one: 10 of each at most. */
  digitsAndRefusals: 76,
  feedback: 77,
} as const;

/** What the kind's byte means. */
const KINDS = ['none', 'live', 'decoy', 'used', 'live-unbound'] as const;

/** The stored form of a challenge, but for its version. */
export function toStored(challenge: Challenge): Buffer {
  const { id, code, sends, refusedSends, failures, resendAt, shownUntil } = challenge;
  const digits = 'digits' in code ? (code.digits ?? 0) : 0;
  const stored = Buffer.alloc(STORED_BYTES);
  const kind = code.kind === 'live' && code.unbound ? 'live-unbound' : code.kind;
  stored.writeUInt8(VERSION, AT.version);
  stored.writeUInt8(KINDS.indexOf(kind), AT.kind);
  stored.write(id.replaceAll('-', ''), AT.id, 'hex');
  stored.writeUIntBE(resendAt, AT.resendAt, 6);
  stored.writeUIntBE(shownUntil, AT.shownUntil, 6);
  stored.writeUInt8(sends, AT.sends);
  stored.writeUInt8(failures, AT.failures);
  stored.writeUInt8((refusedSends << 4) | digits, AT.digitsAndRefusals);
  if (code.kind === 'live' || code.kind === 'decoy') {
    stored.writeUIntBE(code.issuedAt, AT.issuedAt, 6);
    stored.writeUIntBE(code.expiresAt, AT.expiresAt, 6);
  }
  if (code.kind === 'live') {
    stored.write(code.digest, AT.digest, 'base64url');
    const feedback = Buffer.from(code.feedbackReference ?? '');
    // A longer one is done without: it only spares the provider a question.
    if (feedback.length <= FEEDBACK_BYTES) {
      stored.writeUInt8(feedback.length, AT.feedback);
      feedback.copy(stored, AT.feedback + 1);
    }
  }
  return stored;
}

/** The challenge that a stored form stands for, or `undefined` if it is none of this version. */
export function fromStored(stored: Buffer): Challenge | undefined {
  const kind = stored.length === STORED_BYTES && KINDS[stored.readUInt8(AT.kind)];
  if (!kind || stored.readUInt8(AT.version) !== VERSION) {
    return undefined;
  }
  return {
    id: uuid(stored.subarray(AT.id, AT.digest).toString('hex')),
    code: codeOf(kind, stored),
    sends: stored.readUInt8(AT.sends),
    refusedSends: stored.readUInt8(AT.digitsAndRefusals) >> 4,
    failures: stored.readUInt8(AT.failures),
    resendAt: stored.readUIntBE(AT.resendAt, 6),
    shownUntil: stored.readUIntBE(AT.shownUntil, 6),
    version: 0,
  };
}

function codeOf(kind: (typeof KINDS)[number], stored: Buffer): Code {
  const digits = stored.readUInt8(AT.digitsAndRefusals) & 0x0f;
  const lifetime = {
    issuedAt: stored.readUIntBE(AT.issuedAt, 6),
    expiresAt: stored.readUIntBE(AT.expiresAt, 6),
    ...(digits > 0 && { digits }),
  };
  switch (kind) {
    case 'live':
    case 'live-unbound': {
      const digest = stored.subarray(AT.digest, AT.issuedAt).toString('base64url');
      const length = stored.readUInt8(AT.feedback);
      const feedbackReference = stored
        .subarray(AT.feedback + 1, AT.feedback + 1 + length)
        .toString();
      return {
        kind: 'live',
        digest,
        ...lifetime,
        ...(length > 0 && { feedbackReference }),
        ...(kind === 'live-unbound' && { unbound: true }),
      };
    }
    case 'decoy':
      return { kind, ...lifetime };
    default:
      return { kind };
  }
}

function uuid(hex: string): string {
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
