/** What was written down in version 1 of the stored form, recorded from the code that wrote it: the code is 012345, the key `KEY`. */
export const V1 = {
  id: '6f1c0f8e-3c1d-4a52-9a0e-1f2d3c4b5a69',
  code: '012345',
  scope: { userPoolId: 'eu-west-1_Pool', clientId: 'client', username: 'user-a' },
  issuedAt: Date.UTC(2026, 0, 15),
  session: {
    live: '{"v":1,"id":"6f1c0f8e-3c1d-4a52-9a0e-1f2d3c4b5a69","code":{"k":"live","d":"aSt3sDCKHZvAX24cXGLHPwBke8hSsKdsJVww1cqDngw","iat":1768435200000,"exp":1768435500000,"fb":"0:abc"},"sends":1,"fails":1,"resend":1768435230000,"seal":"2uY-mNczsWGQRXHM7JOQA2bpex098xiUqH_NvUTLzQk"}',
    decoy:
      '{"v":1,"id":"6f1c0f8e-3c1d-4a52-9a0e-1f2d3c4b5a69","code":{"k":"decoy","iat":1768435200000,"exp":1768435500000},"sends":1,"fails":1,"resend":1768435230000,"seal":"Wev4W87RhdKKbKFn32_F7BU4_Mt_OThXDKxYEVxDl2w"}',
  },
  /** The item of a challenge that was answered once, and is still out. */
  item: {
    state:
      '{"v":1,"id":"6f1c0f8e-3c1d-4a52-9a0e-1f2d3c4b5a69","code":{"k":"live","d":"aSt3sDCKHZvAX24cXGLHPwBke8hSsKdsJVww1cqDngw","iat":1768435200000,"exp":1768435500000,"fb":"0:abc"},"sends":1,"fails":1,"resend":1768435230000}',
    scope: 'i5UQjJMPzkSUgXh4nAKsXp_YTF2i7G6SXYZ4DfYKszU',
    expiresAt: 1768438800,
    code: 'aSt3sDCKHZvAX24cXGLHPwBke8hSsKdsJVww1cqDngw',
    answers: 1,
  },
  /** What its item holds besides where its code has signed someone in. */
  used: {
    used: 'aSt3sDCKHZvAX24cXGLHPwBke8hSsKdsJVww1cqDngw',
    usedBy: '1bdc3a55-b08d-4833-98b1-f7512670f353',
  },
} as const;
