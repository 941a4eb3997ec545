/** The groups of a user pool. Who is in them is kept with each user. */
import { CognitoError, resourceNotFound } from './errors.ts';

export interface Group {
  readonly name: string;
  readonly description: string | undefined;
  /** The role of the lowest one is the user's preferred role. */
  readonly precedence: number | undefined;
  readonly roleArn: string | undefined;
  readonly createdAt: number;
  readonly modifiedAt: number;
}

export class Groups {
  readonly #groups = new Map<string, Group>();

  get all(): readonly Group[] {
    return [...this.#groups.values()];
  }

  /** @throws CognitoError GroupExistsException */
  add(group: Group): void {
    if (this.#groups.has(group.name)) {
      throw new CognitoError('GroupExistsException', 'A group with the name already exists.');
    }
    this.#groups.set(group.name, group);
  }

  /** @throws CognitoError ResourceNotFoundException */
  get(name: string): Group {
    const group = this.#groups.get(name);
    if (group === undefined) throw resourceNotFound('Group not found.');
    return group;
  }

  /** The roles that these groups give, the preferred one being that of the lowest precedence. */
  rolesOf(names: readonly string[]): {
    readonly roles: readonly string[];
    readonly preferred: string | undefined;
  } {
    const given = names
      .map((name) => this.get(name))
      .filter(({ roleArn }) => roleArn !== undefined)
      .toSorted((one, other) => rank(one) - rank(other));
    const [first, second] = given;
    // Two roles of one precedence: neither is preferred.
    const tie = first !== undefined && second !== undefined && isTie(first, second);
    const roles = [...new Set(given.flatMap(({ roleArn }) => roleArn ?? []))];
    return { roles, preferred: tie ? undefined : first?.roleArn };
  }

  update(group: Group): void {
    this.#groups.set(group.name, group);
  }

  delete(group: Group): void {
    this.#groups.delete(group.name);
  }
}

/** A group without precedence comes last. */
function rank({ precedence }: Group): number {
  return precedence ?? Number.MAX_SAFE_INTEGER;
}

function isTie(one: Group, other: Group): boolean {
  return rank(one) === rank(other) && one.roleArn !== other.roleArn;
}
