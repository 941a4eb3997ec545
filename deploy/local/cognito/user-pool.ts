/** A user pool and the users in it. All state is in memory. */
import { randomUUID } from 'node:crypto';
import { CognitoError, invalidParameter } from './errors.ts';
import { PoolKeys } from './pool-keys.ts';
import { createVerifier, type PasswordVerifier } from './srp.ts';
import type { TriggerName } from './trigger-names.ts';

/** The attributes a user may sign in with besides the username. */
export type SignInAttribute = 'phone_number' | 'email';

export type PreTokenGenerationVersion = 'V1_0' | 'V2_0';

export interface UserPoolSettings {
  readonly id: string;
  readonly name: string;
  /** Where not empty, users are named by these alone and the pool makes up a UUID username. */
  readonly usernameAttributes: readonly SignInAttribute[];
  /** Further names for a user, valid once the attribute is verified. */
  readonly aliasAttributes: readonly SignInAttribute[];
  /** Whether sign-up proves the phone number with a code of the pool's own. */
  readonly verifiesPhoneNumber: boolean;
  /** Which function runs for which trigger, by ARN. */
  readonly triggers: ReadonlyMap<TriggerName, string>;
  readonly preTokenGenerationVersion: PreTokenGenerationVersion;
}

export type UserStatus = 'UNCONFIRMED' | 'CONFIRMED' | 'RESET_REQUIRED' | 'FORCE_CHANGE_PASSWORD';

export interface User {
  readonly username: string;
  readonly sub: string;
  /** Without `sub`. Values are the raw strings received, as Cognito keeps them. */
  readonly attributes: ReadonlyMap<string, string>;
  readonly status: UserStatus;
  readonly enabled: boolean;
  readonly groups: readonly string[];
  readonly password: PasswordVerifier | undefined;
  /** The code that confirms the sign-up, while it waits for one. */
  readonly confirmation: { readonly code: string; readonly expiresAt: number } | undefined;
  /** When all tokens were revoked, undefined if never. */
  readonly tokensNotBefore: number | undefined;
  /** Epoch milliseconds, as all times in this folder. */
  readonly createdAt: number;
  readonly modifiedAt: number;
}

/** Who a new user will be: the name they will go by, and the `sub`, settled before they exist. */
export interface Identity {
  readonly username: string;
  readonly sub: string;
  /** With the phone number or address that stood in for the username. */
  readonly attributes: ReadonlyMap<string, string>;
}

const FORMATS: Readonly<Record<SignInAttribute, RegExp>> = {
  phone_number: /^\+[1-9]\d{1,14}$/,
  email: /^[^\s@]+@[^\s@]+\.[^\s@]+$/,
};

export class UserPool {
  settings: UserPoolSettings;
  readonly keys: PoolKeys;
  readonly #users = new Map<string, User>();

  /** @param keys of a pool that this one takes the place of */
  constructor(settings: UserPoolSettings, keys = new PoolKeys()) {
    this.settings = settings;
    this.keys = keys;
  }

  get id(): string {
    return this.settings.id;
  }

  /** The part of the id before the underscore, as on AWS. */
  get region(): string {
    return this.id.slice(0, this.id.indexOf('_'));
  }

  /** The part of the id after the underscore, which password proofs are bound to. */
  get shortId(): string {
    return this.id.slice(this.id.indexOf('_') + 1);
  }

  /** Oldest first. */
  get users(): readonly User[] {
    return [...this.#users.values()];
  }

  /** The user of exactly this username, or undefined where there is none (any more). */
  user(username: string): User | undefined {
    return this.#users.get(username);
  }

  /** Finds a user by whatever a client may call them: username, then `sub`, then alias. */
  find(name: string): User | undefined {
    const users = this.#users.values();
    return (
      this.#users.get(name) ??
      users.find((user) => user.sub === name) ??
      this.#users.values().find((user) => this.#answersTo(user, name))
    );
  }

  /**
   * @param name as the caller gave it: in a pool with username attributes, a phone number or email
   * @throws CognitoError UsernameExistsException, InvalidParameterException
   */
  identify(name: string, attributes: ReadonlyMap<string, string>): Identity {
    const sub = randomUUID();
    const signInAttribute = this.#signInAttributeOf(name);
    const all = new Map(attributes);
    if (signInAttribute !== undefined) all.set(signInAttribute, name);
    checkAttributes(all);
    if (this.find(name) !== undefined) throw userExists();
    return { username: signInAttribute === undefined ? name : sub, sub, attributes: all };
  }

  /** @throws CognitoError UsernameExistsException, AliasExistsException */
  create(identity: Identity, status: UserStatus, now: number): User {
    if (this.#users.has(identity.username)) throw userExists();
    const user: User = {
      ...identity,
      status,
      enabled: true,
      groups: [],
      password: undefined,
      confirmation: undefined,
      tokensNotBefore: undefined,
      createdAt: now,
      modifiedAt: now,
    };
    // Two sign-ups of one number may have met while their trigger ran.
    this.#checkAliasesFree(user);
    this.#users.set(user.username, user);
    return user;
  }

  /** Replaces what is kept of a user. */
  update(user: User, changes: Partial<Omit<User, 'username' | 'sub'>>, now: number): User {
    const updated = { ...user, ...changes, modifiedAt: now };
    this.#users.set(user.username, updated);
    return updated;
  }

  /**
   * Sets attributes; an empty value removes one. A changed number or address is unverified until
   * the same call says otherwise.
   * @throws CognitoError InvalidParameterException, AliasExistsException
   */
  updateAttributes(user: User, changes: ReadonlyMap<string, string>, now: number): User {
    checkAttributes(changes);
    const attributes = new Map(user.attributes);
    for (const name of ['phone_number', 'email']) {
      const changed = changes.has(name) && changes.get(name) !== attributes.get(name);
      if (changed) attributes.set(`${name}_verified`, 'false');
    }
    for (const [name, value] of changes) {
      if (value === '') attributes.delete(name);
      else attributes.set(name, value);
    }
    this.#checkAliasesFree({ ...user, attributes });
    return this.update(user, { attributes }, now);
  }

  setPassword(user: User, password: string, now: number): User {
    const verifier = createVerifier(this.shortId, user.username, password);
    return this.update(user, { password: verifier }, now);
  }

  delete(user: User): void {
    this.#users.delete(user.username);
  }

  /** The names besides username and `sub` that sign this user in, by attribute. */
  aliasesOf(user: User): ReadonlyMap<SignInAttribute, string> {
    const aliases = new Map<SignInAttribute, string>();
    for (const name of ['phone_number', 'email'] as const) {
      const value = user.attributes.get(name);
      const verified = user.attributes.get(`${name}_verified`)?.toLowerCase() === 'true';
      const valid =
        this.settings.usernameAttributes.includes(name) ||
        (this.settings.aliasAttributes.includes(name) && verified);
      if (value !== undefined && valid) aliases.set(name, value);
    }
    return aliases;
  }

  #answersTo(user: User, name: string): boolean {
    return this.aliasesOf(user)
      .values()
      .some((alias) => alias === name);
  }

  #signInAttributeOf(username: string): SignInAttribute | undefined {
    const allowed = this.settings.usernameAttributes;
    if (allowed.length === 0) return undefined;
    const attribute = allowed.find((name) => FORMATS[name].test(username));
    if (attribute !== undefined) return attribute;
    const names = { phone_number: 'a phone number', email: 'an email' };
    const wanted =
      allowed.length > 1
        ? 'either an email or a phone number'
        : allowed.map((n) => names[n]).join();
    throw invalidParameter(`Username should be ${wanted}.`);
  }

  #checkAliasesFree(user: User): void {
    for (const [name, alias] of this.aliasesOf(user)) {
      const holder = this.find(alias);
      if (holder !== undefined && holder.username !== user.username) {
        if (!this.#users.has(user.username) && this.settings.usernameAttributes.includes(name)) {
          throw userExists();
        }
        const message = `An account with the given ${name} already exists.`;
        throw new CognitoError('AliasExistsException', message);
      }
    }
  }
}

function userExists(): CognitoError {
  return new CognitoError('UsernameExistsException', 'User already exists');
}

const STANDARD_ATTRIBUTES: ReadonlySet<string> = new Set([
  ...['address', 'birthdate', 'email', 'email_verified', 'family_name', 'gender', 'given_name'],
  ...['locale', 'middle_name', 'name', 'nickname', 'phone_number', 'phone_number_verified'],
  ...['picture', 'preferred_username', 'profile', 'updated_at', 'website', 'zoneinfo'],
]);

/** Any `custom:` attribute is taken, so that no schema has to be declared to try one. */
function checkAttributes(attributes: ReadonlyMap<string, string>): void {
  for (const [name, value] of attributes) {
    if (!STANDARD_ATTRIBUTES.has(name) && !/^(custom|dev):./.test(name)) {
      throw invalidParameter(`user.${name}: Attribute does not exist in the schema.`);
    }
    if (value === '') continue;
    if (name === 'phone_number' && !FORMATS.phone_number.test(value)) {
      throw invalidParameter('Invalid phone number format.');
    }
    if (name === 'email' && !FORMATS.email.test(value)) {
      throw invalidParameter('Invalid email address format.');
    }
  }
}
