/** What differs between two sets of settings, and how that is told and taken back. */
import { isDeepStrictEqual } from 'node:util';
import { isJsonObject, type Json } from '../local/json.ts';

/** One setting that differs, such as `LambdaConfig.PreSignUp`; `undefined` stands for none. */
export interface Change {
  readonly setting: string;
  readonly from: Json | undefined;
  readonly to: Json | undefined;
}

/** Setting by setting. In lists of texts the order says nothing: Cognito shows them in any. */
export function changesBetween(before: object, after: object): readonly Change[] {
  const [from, to] = [leavesOf(before), leavesOf(after)];
  const settings = [...new Set([...from.keys(), ...to.keys()])];
  return settings
    .map((setting) => ({ setting, from: from.get(setting), to: to.get(setting) }))
    .filter((change) => !isDeepStrictEqual(sorted(change.from), sorted(change.to)));
}

/** As a diff has it: what goes after a minus, and what comes after a plus. */
export function linesOf({ setting, from, to }: Change): readonly string[] {
  return [
    ...(from === undefined ? [] : [`- ${setting}: ${JSON.stringify(from)}`]),
    ...(to === undefined ? [] : [`+ ${setting}: ${JSON.stringify(to)}`]),
  ];
}

/** What came of taking changes back. */
export interface Undone<T> {
  readonly settings: T;
  /** What someone else has changed since, and is left as it is. */
  readonly kept: readonly string[];
}

/** Takes back what led from `before` to `after`, and leaves every other setting as it is now. */
export function undo<T extends object>(now: T, before: object, after: object): Undone<T> {
  const settings = { ...now } as Record<string, unknown>;
  const [was, became] = [before, after] as readonly Readonly<Record<string, unknown>>[];
  const kept: string[] = [];
  for (const name of new Set([...Object.keys(before), ...Object.keys(after)])) {
    const [old, changed, current] = [was?.[name], became?.[name], settings[name]];
    if (isSame(old, changed) || isSame(current, old)) continue;
    if (isJsonObject(old ?? {}) && isJsonObject(changed ?? {}) && isJsonObject(current ?? {})) {
      const inner = undo(
        (current ?? {}) as object,
        (old ?? {}) as object,
        (changed ?? {}) as object,
      );
      settings[name] = inner.settings;
      kept.push(...inner.kept.map((setting) => `${name}.${setting}`));
    } else if (isSame(current, changed)) {
      if (old === undefined) delete settings[name];
      else settings[name] = old;
    } else {
      kept.push(name);
    }
  }
  return { settings: settings as T, kept };
}

function isSame(one: unknown, other: unknown): boolean {
  return changesBetween({ value: one }, { value: other }).length === 0;
}

function leavesOf(value: object, path = ''): ReadonlyMap<string, Json> {
  const leaves = new Map<string, Json>();
  for (const [name, held] of Object.entries(value)) {
    if (held === undefined) continue;
    if (!isJsonObject(held)) leaves.set(`${path}${name}`, held);
    else for (const [inner, leaf] of leavesOf(held, `${path}${name}.`)) leaves.set(inner, leaf);
  }
  return leaves;
}

function sorted(value: Json | undefined): Json | undefined {
  const isList = Array.isArray(value) && value.every((entry) => typeof entry === 'string');
  return isList ? value.toSorted() : value;
}
