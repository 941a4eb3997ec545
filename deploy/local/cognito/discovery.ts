/**
 * A pool's OpenID Connect discovery document.
 * @param issuer the `iss` of the pool's tokens
 * @param base the address below which the pool's documents are served
 */
export function openIdConfiguration(issuer: string, base: string): object {
  return {
    issuer,
    jwks_uri: `${base}/.well-known/jwks.json`,
    authorization_endpoint: `${base}/oauth2/authorize`,
    token_endpoint: `${base}/oauth2/token`,
    userinfo_endpoint: `${base}/oauth2/userInfo`,
    response_types_supported: ['code', 'token'],
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: ['RS256'],
  };
}
