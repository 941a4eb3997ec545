/** The errors Cognito answers with. The name a client switches on is `code`. */
export class CognitoError extends Error {
  readonly code: string;
  readonly status: 400 | 500;
  /** What a developer at the terminal wants to know and no client is told. */
  readonly hint: string | undefined;

  constructor(code: string, message: string, options: { status?: 400 | 500; hint?: string } = {}) {
    super(message);
    this.code = code;
    this.status = options.status ?? 400;
    this.hint = options.hint;
  }
}

export function notAuthorized(message: string): CognitoError {
  return new CognitoError('NotAuthorizedException', message);
}

/** The one answer to every failed sign-in: it never says what was wrong. */
export function incorrectUsernameOrPassword(): CognitoError {
  return notAuthorized('Incorrect username or password.');
}

export function userDoesNotExist(): CognitoError {
  return new CognitoError('UserNotFoundException', 'User does not exist.');
}

export function invalidParameter(message: string): CognitoError {
  return new CognitoError('InvalidParameterException', message);
}

export function missingParameter(name: string): CognitoError {
  return invalidParameter(`Missing required parameter ${name}`);
}

/** Of a member that the model calls optional, and that this call needs. */
export function missingMember(name: string): CognitoError {
  return invalidParameter(
    `1 validation error detected: Value null at '${name}' failed to satisfy constraint: Member must not be null`,
  );
}

export function resourceNotFound(message: string): CognitoError {
  return new CognitoError('ResourceNotFoundException', message);
}

/** A function answered with something that Cognito can't act on; `hint` says what. */
export function unrecognizableOutput(hint: string): CognitoError {
  return new CognitoError('InvalidLambdaResponseException', 'Unrecognizable lambda output', {
    hint,
  });
}
