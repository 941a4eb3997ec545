/** Codes of review numbers: they stay the same for weeks, so none may be among those that are tried first. */
import type { OtpGenerator } from '../../src/domain/ports/otp-generator.ts';

/** A code of so many digits that is not easy to guess. */
export function newReviewCode(generator: OtpGenerator, length: number): string {
  for (;;) {
    const code = generator.generate(length);
    if (!isEasyToGuess(code)) {
      return code;
    }
  }
}

/** Fewer make patterns such as 11221122. */
const MIN_DIFFERENT_DIGITS = 4;

/** Digits in a row, up or down, of which a code may have no more. */
const MAX_RUN = 4;

/** Whether a code is one that people choose: few digits, runs, repetitions, mirrors, dates. */
export function isEasyToGuess(code: string): boolean {
  return (
    new Set(code).size < MIN_DIFFERENT_DIGITS ||
    longestRun(code) > MAX_RUN ||
    isRepetition(code) ||
    code === [...code].reverse().join('') ||
    holdsDate(code)
  );
}

/** The most digits in a row of which each is one more than the one before, or each one less; 0 follows 9. */
function longestRun(code: string): number {
  const digits = [...code].map(Number);
  const run = (step: number) => {
    let longest = 1;
    let length = 1;
    for (const [index, digit] of digits.slice(1).entries()) {
      length = digit === (Number(digits[index]) + step + 10) % 10 ? length + 1 : 1;
      longest = Math.max(longest, length);
    }
    return longest;
  };
  return Math.max(run(1), run(-1));
}

/** Whether a part of it is all of it, again and again, such as 30583058. */
function isRepetition(code: string): boolean {
  return (code + code).indexOf(code, 1) < code.length;
}

/** Whether eight digits of it are a day of the years 1900 to 2099, with the year in front or behind. */
function holdsDate(code: string): boolean {
  const month = '(0[1-9]|1[0-2])';
  const day = '(0[1-9]|[12]\\d|3[01])';
  const year = '(19|20)\\d\\d';
  const dates = [year + month + day, day + month + year, month + day + year];
  return new RegExp(dates.join('|')).test(code);
}
