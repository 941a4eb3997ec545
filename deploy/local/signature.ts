/** Signature Version 4, as far as a machine without accounts can check it. */

/** The signature itself is not verified: there is no account whose key it could belong to. */
export function isSignedFor(service: string, authorization: string): boolean {
  const [, signedFor] = SIGNATURE_V4.exec(authorization) ?? [];
  return signedFor === service;
}

const SIGNATURE_V4 =
  /^AWS4-HMAC-SHA256 Credential=[^/,\s]+\/\d{8}\/[\w-]+\/([\w-]+)\/aws4_request, *SignedHeaders=[\w;-]+, *Signature=[0-9a-f]{64}$/;
