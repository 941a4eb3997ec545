/** Does nothing: what it takes is Node.js's and the runtime client's own. */
export const handler = async (event: unknown) => event;
