/**
 * Settings of an AWS client that makes one attempt a call: a retry after a lost answer could be a
 * second SMS. Connections are not kept: one that AWS closed while Lambda had the container frozen
 * would fail the next send, with nothing to tell whether its message left.
 */
export function oneAttempt(region: string) {
  return {
    region,
    maxAttempts: 1,
    requestHandler: { httpsAgent: { keepAlive: false }, httpAgent: { keepAlive: false } },
  };
}
