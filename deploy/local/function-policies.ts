/** Who may call which function: the statements of Lambda's resource policies. */

/** A statement as GetPolicy shows it. */
export interface PolicyStatement {
  readonly Sid: string;
  /** The ARN of the function, with its version or alias where it is for that alone. */
  readonly Resource: string;
  readonly [member: string]: unknown;
}

/** What AddPermission takes of it. */
export interface Permission {
  readonly StatementId: string;
  readonly Action: string;
  readonly Principal: string;
  readonly SourceArn?: string;
  readonly SourceAccount?: string;
}

export class FunctionPolicies {
  /** In the order in which they were added. */
  readonly statements: PolicyStatement[] = [];

  /** @param resource the ARN of a function, or of its version or alias */
  of(resource: string): readonly PolicyStatement[] {
    return this.statements.filter((statement) => statement.Resource === resource);
  }

  /** @returns undefined where there is one of that id */
  add(resource: string, permission: Permission): PolicyStatement | undefined {
    const { StatementId: Sid, Action, Principal, SourceArn, SourceAccount } = permission;
    if (this.of(resource).some((statement) => statement.Sid === Sid)) return undefined;
    const added = {
      Sid,
      Effect: 'Allow',
      Principal: { Service: Principal },
      Action,
      Resource: resource,
      Condition: {
        ...(SourceAccount !== undefined && {
          StringEquals: { 'AWS:SourceAccount': SourceAccount },
        }),
        ...(SourceArn !== undefined && { ArnLike: { 'AWS:SourceArn': SourceArn } }),
      },
    };
    this.statements.push(added);
    return added;
  }

  /** @returns whether there was such a statement */
  remove(resource: string, sid: string): boolean {
    const index = this.statements.findIndex(
      (statement) => statement.Resource === resource && statement.Sid === sid,
    );
    if (index >= 0) this.statements.splice(index, 1);
    return index >= 0;
  }
}
