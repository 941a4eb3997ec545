/**
 * What a code cache depends on: the version of V8 (with Node.js's own, by which people know it), the
 * processor, and the options that Node.js was started with.
 */
export function thisNode(): string {
  const { version, versions, arch, execArgv, env } = process;
  const options = [...execArgv, env.NODE_OPTIONS ?? ''].join(' ').trim();
  return `Node.js ${version} (V8 ${versions.v8}, ${arch})${options === '' ? '' : ` ${options}`}`;
}
