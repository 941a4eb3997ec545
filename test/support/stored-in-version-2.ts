/** What version 2 of the stored form held before it counted refused sends, recorded from the code that wrote it under the key `KEY`. */
const issuedAt = Date.UTC(2026, 0, 15);

export const V2 = {
  scope: { userPoolId: 'eu-west-1_Pool', clientId: 'client', username: 'user-a' },
  session:
    'AgFvHA-OPB1KUpoOHy08S1ppddddddddddddddddddddddddddddddddddddddddddABm77zsAABm774Q-ABm770JTABm774Q-ACAQYoMDpycnJycnJycnJycnJycnJycnJycnJycnJycnJycnJycnJycnJycjL0udBzYGuTTmQ67NX1M6DKB2J_w6EkcU5Gc5RlgmKM',
  /** The state of its item. */
  state:
    'AgFvHA-OPB1KUpoOHy08S1ppddddddddddddddddddddddddddddddddddddddddddABm77zsAABm774Q-ABm770JTABm774Q-ACAAYoMDpycnJycnJycnJycnJycnJycnJycnJycnJycnJycnJycnJycnJycg',
  /** What both stand for; the session's holds a failure besides. */
  challenge: {
    id: '6f1c0f8e-3c1d-4a52-9a0e-1f2d3c4b5a69',
    code: {
      kind: 'live',
      digest: `${'d'.repeat(42)}A`,
      digits: 6,
      issuedAt,
      expiresAt: issuedAt + 300_000,
      feedbackReference: `0:${'r'.repeat(38)}`,
    },
    sends: 2,
    resendAt: issuedAt + 30_000,
    shownUntil: issuedAt + 300_000,
  },
} as const;
