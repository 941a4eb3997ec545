/**
 * A pool's OpenID Connect discovery document. It names no endpoints for signing in: those are
 * Cognito's hosted pages, which are not here.
 * @param issuer the `iss` of the pool's tokens
 * @param base the address below which the pool's documents are served
 */
export function openIdConfiguration(issuer: string, base: string): object {
  return {
    issuer,
    jwks_uri: `${base}/.well-known/jwks.json`,
    response_types_supported: ['code', 'token'],
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: ['RS256'],
  };
}
