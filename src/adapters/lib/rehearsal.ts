/** What an AWS client does for its first command, done ahead. */

/** A command of the AWS SDK, as far as its requests can be kept from leaving. */
interface AwsCommand {
  readonly middlewareStack: {
    add(
      middleware: () => () => Promise<{ readonly response: unknown }>,
      options: { readonly step: 'deserialize'; readonly priority: 'low' },
    ): void;
  };
}

/**
 * Has a client do everything for a command but send it: V8 compiles, and the SDK looks up credentials
 * and endpoint, what the first real one would have to wait for.
 *
 * @param answer the body of what the service seems to answer.
 * @param send hands the command to its client.
 */
export async function rehearse(
  command: AwsCommand,
  answer: string,
  send: () => Promise<unknown>,
): Promise<void> {
  const response = { statusCode: 200, headers: {}, body: Buffer.from(answer) };
  // In the place of the request's way to the network and back.
  command.middlewareStack.add(() => async () => ({ response }), {
    step: 'deserialize',
    priority: 'low',
  });
  // A first send fails for the same reason, if that lasts, and tells it.
  await send().catch(() => {});
}
