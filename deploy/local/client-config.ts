/** What an AWS client needs to reach a server on this machine in place of AWS. */
export function localClientConfig(url: string) {
  return {
    endpoint: url,
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  };
}
