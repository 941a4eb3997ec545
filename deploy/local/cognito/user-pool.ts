/** A user pool and the users in it. All state is in memory. */
import { randomUUID } from 'node:crypto';
import {
  checkVouchedFor,
  FORMATS,
  type SignInAttribute,
  signInAttributes,
} from './attribute-schema.ts';
import { CognitoError, invalidParameter } from './errors.ts';
import { Groups } from './groups.ts';
import { PoolKeys } from './pool-keys.ts';
import { type AliasAttribute, regionOf, type UserPoolSettings } from './pool-settings.ts';
import { createVerifier } from './srp.ts';
import type { Identity, User, UserStatus } from './user.ts';

const aliasNames: readonly AliasAttribute[] = [...signInAttributes, 'preferred_username'];

/** What happens where an alias is another user's already: the call fails, or the alias moves. */
export type AliasConflict = 'refuse' | 'move';

export class UserPool {
  settings: UserPoolSettings;
  readonly keys: PoolKeys;
  readonly groups = new Groups();
  /** By username, without its case where the pool does not tell cases apart. */
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
    return regionOf(this.id);
  }

  /** The part of the id after the underscore, which password proofs are bound to. */
  get shortId(): string {
    return this.id.slice(this.id.indexOf('_') + 1);
  }

  /** Oldest first. */
  get users(): readonly User[] {
    return [...this.#users.values()];
  }

  /** Whether the pool verifies this attribute by a code of its own. */
  verifies(name: SignInAttribute): boolean {
    return this.settings.options.AutoVerifiedAttributes?.includes(name) ?? false;
  }

  /** The user of exactly this username, or undefined where there is none (any more). */
  user(username: string): User | undefined {
    return this.#users.get(this.#folded(username));
  }

  /** Finds a user by whatever a client may call them: username, then `sub`, then alias. */
  find(name: string): User | undefined {
    return (
      this.user(name) ??
      this.#users.values().find((user) => user.sub === name) ??
      aliasNames
        .values()
        .map((alias) => this.#holderOf(alias, name))
        .find((user) => user !== undefined)
    );
  }

  /**
   * @param name as the caller gave it: in a pool with username attributes, a phone number or email
   * @param taken what is said of a username that is somebody else's: it differs by operation
   * @throws CognitoError UsernameExistsException, InvalidParameterException
   */
  identify(
    name: string,
    attributes: ReadonlyMap<string, string>,
    taken = USERNAME_TAKEN,
  ): Identity {
    const sub = randomUUID();
    const signInAttribute = this.#signInAttributeOf(name);
    const all = new Map(attributes);
    if (signInAttribute !== undefined) {
      checkSame(signInAttribute, name, all.get(signInAttribute));
      all.set(signInAttribute, name);
    }
    this.settings.schema.checkNew(all);
    checkVouchedFor(all, all);
    if (this.find(name) !== undefined) {
      throw userExists(signInAttribute === undefined ? taken : aliasTaken(signInAttribute));
    }
    return { username: signInAttribute === undefined ? name : sub, sub, attributes: all };
  }

  /** @throws CognitoError UsernameExistsException, AliasExistsException */
  create(identity: Identity, status: UserStatus, now: number, conflict: AliasConflict): User {
    if (this.user(identity.username) !== undefined) throw userExists(USERNAME_TAKEN);
    const attributes = new Map(identity.attributes);
    for (const name of signInAttributes) {
      const verified = `${name}_verified`;
      if (attributes.has(name) && !attributes.has(verified)) attributes.set(verified, 'false');
    }
    const user: User = {
      ...identity,
      attributes,
      unverified: new Map(),
      status,
      enabled: true,
      groups: [],
      password: undefined,
      passwordExpiresAt: undefined,
      codes: new Map(),
      tokensNotBefore: undefined,
      createdAt: now,
      modifiedAt: now,
    };
    // Two sign-ups of one number may have met while their trigger ran.
    this.#settleAliases(user, conflict, now);
    this.#users.set(this.#folded(user.username), user);
    return user;
  }

  /** Replaces what is kept of a user. */
  update(user: User, changes: Partial<Omit<User, 'username' | 'sub'>>, now: number): User {
    const updated = { ...user, ...changes, modifiedAt: now };
    this.#users.set(this.#folded(user.username), updated);
    return updated;
  }

  /**
   * Sets attributes; an empty value removes one. A changed number or address is unverified until
   * the same call says otherwise. One that becomes verified moves from whoever had it as an alias.
   * @throws CognitoError InvalidParameterException, AliasExistsException
   */
  updateAttributes(
    user: User,
    changes: ReadonlyMap<string, string>,
    now: number,
    conflict: AliasConflict = 'move',
  ): User {
    this.settings.schema.checkChanges(changes);
    const attributes = new Map(user.attributes);
    for (const name of signInAttributes) {
      const changed = changes.has(name) && changes.get(name) !== attributes.get(name);
      if (changed) attributes.set(`${name}_verified`, 'false');
    }
    for (const [name, value] of changes) {
      if (value === '') attributes.delete(name);
      else attributes.set(name, value);
    }
    this.#settleAliases({ ...user, attributes }, conflict, now);
    return this.update(user, { attributes }, now);
  }

  /** @throws CognitoError InvalidParameterException */
  removeAttributes(user: User, names: readonly string[], now: number): User {
    const { schema, usernameAttributes } = this.settings;
    schema.checkRemovable(names);
    for (const name of names) {
      if (schema.required.includes(name) || usernameAttributes.some((used) => used === name)) {
        throw invalidParameter(`user.${name}: Attribute cannot be deleted.`);
      }
    }
    const gone = new Set(names.flatMap((name) => [name, `${name}_verified`]));
    const left = [...user.attributes].filter(([name]) => !gone.has(name));
    return this.update(user, { attributes: new Map(left) }, now);
  }

  /** @param expiresAt of a temporary password; undefined for one that the user chose */
  setPassword(user: User, password: string, now: number, expiresAt?: number): User {
    const verifier = createVerifier(this.shortId, user.username, password);
    return this.update(user, { password: verifier, passwordExpiresAt: expiresAt }, now);
  }

  delete(user: User): void {
    this.#users.delete(this.#folded(user.username));
  }

  /** The names besides username and `sub` that sign this user in, by attribute. */
  aliasesOf(user: User): ReadonlyMap<AliasAttribute, string> {
    const { usernameAttributes, aliasAttributes } = this.settings;
    const aliases = new Map<AliasAttribute, string>();
    for (const name of aliasNames) {
      const value = user.attributes.get(name);
      const verified = user.attributes.get(`${name}_verified`)?.toLowerCase() === 'true';
      const valid =
        usernameAttributes.some((used) => used === name) ||
        (aliasAttributes.includes(name) && (verified || name === 'preferred_username'));
      if (value !== undefined && valid) aliases.set(name, value);
    }
    return aliases;
  }

  #folded(name: string): string {
    return this.settings.caseSensitive ? name : name.toLowerCase();
  }

  #signInAttributeOf(username: string): SignInAttribute | undefined {
    const allowed = this.settings.usernameAttributes;
    if (allowed.length === 0) {
      checkNoAlias(username, this.settings.aliasAttributes);
      return undefined;
    }
    const attribute = allowed.find((name) => FORMATS[name].test(username));
    if (attribute !== undefined) return attribute;
    const names = { phone_number: 'a phone number', email: 'an email' };
    const wanted =
      allowed.length > 1
        ? 'either an email or a phone number'
        : allowed.map((n) => names[n]).join();
    throw invalidParameter(`Username should be ${wanted}.`);
  }

  #holderOf(name: AliasAttribute, alias: string): User | undefined {
    const sought = this.#folded(alias);
    return this.#users
      .values()
      .filter((user) => this.#folded(user.attributes.get(name) ?? '') === sought)
      .find((user) => this.aliasesOf(user).has(name));
  }

  /** Takes this user's aliases from whoever has them, where that may be. */
  #settleAliases(user: User, conflict: AliasConflict, now: number): void {
    const taken = [...this.aliasesOf(user)].flatMap(([name, alias]) => {
      const holder = this.#holderOf(name, alias);
      return holder === undefined || holder.sub === user.sub ? [] : [{ name, holder }];
    });
    for (const { name } of taken) {
      const isUsername = this.settings.usernameAttributes.some((used) => used === name);
      if (isUsername && this.user(user.username) === undefined) throw userExists(aliasTaken(name));
      if (isUsername || conflict === 'refuse' || name === 'preferred_username') {
        throw new CognitoError('AliasExistsException', aliasTaken(name));
      }
    }
    for (const { name, holder } of taken) {
      const attributes = new Map([...holder.attributes, [`${name}_verified`, 'false']]);
      this.update(holder, { attributes }, now);
    }
  }
}

const USERNAME_TAKEN = 'User already exists';

function userExists(message: string): CognitoError {
  return new CognitoError('UsernameExistsException', message);
}

function aliasTaken(name: AliasAttribute): string {
  return `An account with the given ${name} already exists.`;
}

/** A username that looks like an alias could be mistaken for that of somebody else. */
function checkNoAlias(username: string, aliasAttributes: readonly AliasAttribute[]): void {
  const names = { phone_number: 'phone number', email: 'email' };
  for (const attribute of signInAttributes) {
    if (aliasAttributes.includes(attribute) && FORMATS[attribute].test(username)) {
      const name = names[attribute];
      throw invalidParameter(
        `Username cannot be of ${name} format, since user pool is configured for ${name} alias.`,
      );
    }
  }
}

/** The wording for an address was seen; that for a number follows it. */
function checkSame(name: SignInAttribute, username: string, given: string | undefined): void {
  if (given === undefined || given === '' || given === username) return;
  throw invalidParameter(
    `User ${name} should be empty or same as username, since username attribute is ${name}.`,
  );
}
