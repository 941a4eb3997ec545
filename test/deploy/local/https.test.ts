/** The endpoint over HTTPS, for clients that trust its authority. */
import { X509Certificate } from 'node:crypto';
import { Agent } from 'node:https';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import {
  CognitoIdentityProviderClient,
  type CognitoIdentityProviderClientConfig,
  InitiateAuthCommand,
  RespondToAuthChallengeCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { createRemoteJWKSet, jwtVerify } from 'jose';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { LocalEndpointOptions } from '../../../deploy/local/endpoint.ts';
import { createCertificate } from '../../../deploy/local/https.ts';
import { ALICE, start } from './running.ts';
import { CODE, textbookTriggers } from './textbook-triggers.ts';

const NAMES = ['localhost', '127.0.0.1', '::1', 'cognito'];

async function startSecure(options: LocalEndpointOptions = {}) {
  const { ca, ...certificate } = await createCertificate(NAMES);
  const { endpoint } = await start({ triggers: textbookTriggers, certificate, ...options });
  return { url: endpoint.url, ca };
}

function clientOf(url: string, settings: CognitoIdentityProviderClientConfig = {}) {
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  const client = new CognitoIdentityProviderClient({
    region: 'us-east-1',
    endpoint: url,
    credentials,
    maxAttempts: 1,
    ...settings,
  });
  onTestFinished(() => client.destroy());
  return client;
}

const trusting = (ca: string) => ({ requestHandler: { httpsAgent: new Agent({ ca }) } });

async function signIn(client: CognitoIdentityProviderClient) {
  const { Session } = await client.send(
    new InitiateAuthCommand({
      AuthFlow: 'CUSTOM_AUTH',
      ClientId: 'phoneotp',
      AuthParameters: { USERNAME: ALICE },
    }),
  );
  const { AuthenticationResult } = await client.send(
    new RespondToAuthChallengeCommand({
      ClientId: 'phoneotp',
      ChallengeName: 'CUSTOM_CHALLENGE',
      Session,
      ChallengeResponses: { USERNAME: ALICE, ANSWER: CODE },
    }),
  );
  return AuthenticationResult?.AccessToken ?? '';
}

/** As NODE_EXTRA_CA_CERTS does it, for the rest of the test. */
function trustEverywhere(ca: string): void {
  const before = getCACertificates('default');
  setDefaultCACertificates([...before, ca]);
  onTestFinished(() => setDefaultCACertificates(before));
}

interface Discovered {
  readonly issuer: string;
  readonly jwks_uri: string;
}

/** What an API's gateway does with a token, given the address of a discovery document. */
async function authorise(token: string, base: string, issuer: string) {
  const response = await fetch(`${base}/.well-known/openid-configuration`);
  const discovered = (await response.json()) as Discovered;
  expect(discovered.issuer).toBe(issuer);
  const keys = createRemoteJWKSet(new URL(discovered.jwks_uri));
  const { payload } = await jwtVerify(token, keys, { issuer, algorithms: ['RS256'] });
  return payload;
}

describe('Over HTTPS', () => {
  test('the AWS SDK signs in where it trusts the authority', async () => {
    const { url, ca } = await startSecure();
    expect(url).toMatch(/^https:\/\/127\.0\.0\.1:\d+$/);
    expect(await signIn(clientOf(url, trusting(ca)))).not.toBe('');
  });

  test('nobody signs in who trusts no authority, or one of another start', async () => {
    const { url } = await startSecure();
    const other = await createCertificate(NAMES);
    await expect(signIn(clientOf(url))).rejects.toThrow('unable to verify');
    await expect(signIn(clientOf(url, trusting(other.ca)))).rejects.toThrow('unable to verify');
  });

  test('an authoriser verifies tokens by the discovery document alone', async () => {
    const { url, ca } = await startSecure();
    const token = await signIn(clientOf(url, trusting(ca)));
    trustEverywhere(ca);
    const issuer = `${url}/us-east-1_PhoneOtp`;
    expect(await authorise(token, issuer, issuer)).toMatchObject({ client_id: 'phoneotp' });
  });

  test('tokens have the issuer that a backend expects', async () => {
    const aws = 'https://cognito-idp.us-east-1.amazonaws.com';
    const issuer = `${aws}/us-east-1_PhoneOtp`;
    const { url, ca } = await startSecure({ issuer: aws });
    const token = await signIn(clientOf(url, trusting(ca)));
    trustEverywhere(ca);
    expect(await authorise(token, `${url}/us-east-1_PhoneOtp`, issuer)).toMatchObject({
      iss: issuer,
    });
  });
});

describe('A certificate', () => {
  test('is for every name and address that clients use, and for no other', async () => {
    const { cert } = await createCertificate(NAMES);
    const made = new X509Certificate(cert);
    expect(made.checkHost('localhost')).toBe('localhost');
    expect(made.checkHost('cognito')).toBe('cognito');
    expect(made.checkIP('127.0.0.1')).toBe('127.0.0.1');
    expect(made.checkIP('::1')).toBe('::1');
    expect(made.checkHost('example.com')).toBeUndefined();
    expect(made.checkIP('192.0.2.1')).toBeUndefined();
  });

  test('is vouched for by the authority, and vouches for nothing itself', async () => {
    const { cert, ca } = await createCertificate(NAMES);
    const made = new X509Certificate(cert);
    const authority = new X509Certificate(ca);
    expect(made.checkIssued(authority)).toBe(true);
    expect(made.verify(authority.publicKey)).toBe(true);
    expect([authority.ca, made.ca]).toEqual([true, false]);
  });
});
