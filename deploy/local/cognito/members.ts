/** The members that many operations share, with the limits of Cognito's service model. */
import { list, required, structure, text } from './request-shape.ts';

const TOKEN = /[A-Za-z0-9-_=.]+/;

export const clientId = () => text({ min: 1, max: 128, pattern: /[\w+]+/ });
export const userPoolId = () => text({ min: 1, max: 55, pattern: /[\w-]+_[0-9a-zA-Z]+/ });
export const username = () => text({ min: 1, max: 128, pattern: /[\p{L}\p{M}\p{S}\p{N}\p{P}]+/u });
export const password = () => text({ max: 256, pattern: /[\S]+.*[\S]+|[\S]/, sensitive: true });
export const session = () => text({ min: 20, max: 2048, sensitive: true });
export const token = () => text({ pattern: TOKEN, sensitive: true });
export const secretHash = () => text({ min: 1, max: 128, pattern: /[\w+=/]+/, sensitive: true });

export interface Attribute {
  readonly Name: string;
  readonly Value: string | undefined;
}

export const attributes = () =>
  list(
    required(
      structure({
        Name: required(text({ min: 1, max: 32, pattern: /[\p{L}\p{M}\p{S}\p{N}\p{P}]+/u })),
        Value: text({ max: 2048, sensitive: true }),
      }),
    ),
  );
