/** HTTPS for the endpoint: a certificate made at its start, and the authority that vouches for it. */
import 'reflect-metadata';
import { KeyObject, webcrypto } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { isIP } from 'node:net';
import { hostname, networkInterfaces, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  X509CertificateGenerator,
} from '@peculiar/x509';
import { UsageError } from '../command-line.ts';

/** All in PEM. */
export interface ServerCertificate {
  readonly key: string;
  readonly cert: string;
}

export interface VouchedCertificate extends ServerCertificate {
  /** The authority's certificate, for clients to trust. */
  readonly ca: string;
}

export interface Https {
  readonly certificate: ServerCertificate;
  /** Where the authority's certificate is. */
  readonly caFile: string;
  /** Removes the file, unless the caller said where it should be. */
  close(): Promise<void>;
}

const KEYS = { name: 'ECDSA', namedCurve: 'P-256' } as const;
const SIGNING = { name: 'ECDSA', hash: 'SHA-256' } as const;
const DAY_MS = 86_400_000;

/** Apple's systems take a certificate for at most 825 days, where its authority was added by hand. */
const VALID_DAYS = 365;

/**
 * Has this process trust the authority, too: the function calls the endpoint.
 *
 * @param host where the endpoint listens
 * @param caFile where to write the authority's certificate: default a temporary file
 * @throws UsageError where it can't be written
 */
export async function openHttps(host: string, caFile?: string): Promise<Https> {
  const { ca, ...certificate } = await createCertificate(namesFor(host));
  setDefaultCACertificates([...getCACertificates('default'), ca]);
  const path = caFile ?? join(await mkdtemp(join(tmpdir(), 'phone-otp-')), 'ca.pem');
  await writeFile(path, ca).catch(({ message }: Error) => {
    throw new UsageError(`--ca-file can't be written: ${message}.`);
  });
  const close = async () => {
    if (caFile === undefined) await rm(dirname(path), { recursive: true });
  };
  return { certificate, caFile: path, close };
}

/**
 * The authority's key is gone when this returns: nobody can make it vouch for anything else.
 *
 * @param names by which clients know this machine: names and addresses
 */
export async function createCertificate(names: readonly string[]): Promise<VouchedCertificate> {
  const authority = await webcrypto.subtle.generateKey(KEYS, false, ['sign', 'verify']);
  const server = await webcrypto.subtle.generateKey(KEYS, true, ['sign', 'verify']);
  // Phones and containers have clocks of their own.
  const notBefore = new Date(Date.now() - DAY_MS);
  const notAfter = new Date(Date.now() + VALID_DAYS * DAY_MS);
  const validity = { notBefore, notAfter, signingAlgorithm: SIGNING };
  const ca = await X509CertificateGenerator.createSelfSigned({
    ...validity,
    name: 'CN=Authority of a local cognito-phone-otp',
    keys: authority,
    extensions: [
      new BasicConstraintsExtension(true, 0, true),
      new KeyUsagesExtension(KeyUsageFlags.keyCertSign, true),
      await SubjectKeyIdentifierExtension.create(authority.publicKey),
    ],
  });
  const cert = await X509CertificateGenerator.create({
    ...validity,
    issuer: ca.subject,
    subject: 'CN=localhost',
    publicKey: server.publicKey,
    signingKey: authority.privateKey,
    extensions: [
      new BasicConstraintsExtension(false, undefined, true),
      new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
      new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth]),
      new SubjectAlternativeNameExtension(names.map(alternativeName)),
      await AuthorityKeyIdentifierExtension.create(authority.publicKey),
    ],
  });
  const key = KeyObject.from(server.privateKey).export({ type: 'pkcs8', format: 'pem' });
  return { key: key.toString(), cert: cert.toString('pem'), ca: ca.toString('pem') };
}

function alternativeName(value: string) {
  return { type: isIP(value) === 0 ? 'dns' : 'ip', value } as const;
}

function namesFor(host: string): readonly string[] {
  const others = ['0.0.0.0', '::'].includes(host) ? [hostname(), ...ownAddresses()] : [host];
  // What an Android emulator and a container call the machine that they run on.
  const aliases = ['10.0.2.2', 'host.docker.internal'];
  return [...new Set(['localhost', '127.0.0.1', '::1', ...aliases, ...others])];
}

function ownAddresses(): readonly string[] {
  return Object.values(networkInterfaces()).flatMap((held = []) =>
    held.map(({ address }) => address),
  );
}
