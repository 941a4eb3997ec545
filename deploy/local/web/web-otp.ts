/** WebOTP: a phone's browser hands over the code of an SMS that names this page's origin. */

/** Not in TypeScript's library yet. */
interface OtpCredentials {
  get(options: {
    readonly otp: { readonly transport: readonly string[] };
    readonly signal: AbortSignal;
  }): Promise<{ readonly code?: string } | null>;
}

/** @returns undefined where the browser has no WebOTP, or nothing came before `signal` */
export async function codeFromSms(signal: AbortSignal): Promise<string | undefined> {
  if (!('OTPCredential' in window)) return undefined;
  try {
    const credentials = navigator.credentials as unknown as OtpCredentials;
    const credential = await credentials.get({ otp: { transport: ['sms'] }, signal });
    return credential?.code;
  } catch {
    return undefined; // refused, timed out or given up: people can still type
  }
}
