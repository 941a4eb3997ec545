/** The text of the SMS that carries a code. `appName` may be empty. */
export function otpMessage(appName: string, code: string): string {
  return appName === ''
    ? `Your OTP for log in is ${code}`
    : `Your OTP for log in to ${appName} is ${code}`;
}
