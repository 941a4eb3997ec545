// Longer than any code with a separator and a direction mark around every digit.
const MAX_ANSWER_LENGTH = 64;

// What people, autofill and pasting put around and between digits: spaces and line ends of any kind, dashes, and what can't be seen, such as direction marks of right-to-left text.
const SEPARATORS = /[\p{White_Space}\p{Dash_Punctuation}\u2212\p{Default_Ignorable_Code_Point}]/gu;

/**
 * The digits that an answer stands for, or `undefined` if it can't be a code. Digits of any script
 * count (`１２３`, `١٢٣`); spaces, dashes and what can't be seen between or around them do not; anything else is no code.
 */
export function parseAnswer(answer: string): string | undefined {
  if (answer.length > MAX_ANSWER_LENGTH) {
    return undefined;
  }
  const digits = answer.replace(SEPARATORS, '').replace(/\p{Decimal_Number}/gu, asciiDigit);
  return /^\d{6,10}$/.test(digits) ? digits : undefined;
}

/** Unicode lays every script's digits out as 0 to 9 in a row (Unicode Standard §4.6), so the distance to the row's start is the value. */
function asciiDigit(digit: string): string {
  const codePoint = Number(digit.codePointAt(0));
  let rowStart = codePoint;
  while (/\p{Decimal_Number}/u.test(String.fromCodePoint(rowStart - 1))) {
    rowStart -= 1;
  }
  return String((codePoint - rowStart) % 10);
}
