/** Makes one-time codes. */
export interface OtpGenerator {
  /**
   * A fresh code of exactly `length` digits, leading zeros kept: every digit equally likely at
   * every place, from a cryptographic source.
   */
  generate(length: number): string;
}
