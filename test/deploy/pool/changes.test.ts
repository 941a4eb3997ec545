import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { changesBetween, linesOf, undo } from '../../../deploy/pool/changes.ts';

const settings = fc.dictionary(
  fc.constantFrom('a', 'b', 'c'),
  fc.oneof(
    fc.nat(3),
    fc.array(fc.constantFrom('x', 'y'), { minLength: 1, maxLength: 2 }),
    fc.dictionary(fc.constantFrom('d', 'e'), fc.nat(3), { minKeys: 1 }),
  ),
  { noNullPrototype: true },
);

describe('The changes between two sets of settings', () => {
  it('tell each setting by its path', () => {
    const changes = changesBetween({ a: { b: 1, c: 2 }, d: 3 }, { a: { b: 1, c: 4 }, e: ['f'] });
    expect(changes.flatMap(linesOf)).toEqual(['- a.c: 2', '+ a.c: 4', '- d: 3', '+ e: ["f"]']);
  });

  it('are none for a list of texts in another order, and for what is empty or absent', () => {
    expect(changesBetween({ a: ['x', 'y'] }, { a: ['y', 'x'] })).toEqual([]);
    expect(changesBetween({ a: {} }, { b: undefined })).toEqual([]);
  });

  it('tell an empty list from none: a client without WriteAttributes may write a lot', () => {
    expect(changesBetween({ a: [] }, {})).toHaveLength(1);
  });
});

describe('Taking changes back', () => {
  it('leads to what was before, where nobody has changed anything since', () => {
    fc.assert(
      fc.property(settings, settings, (before, after) => {
        const { settings: undone, kept } = undo(after, before, after);
        expect(changesBetween(before, undone)).toEqual([]);
        expect(kept).toEqual([]);
      }),
    );
  });

  it('is done once, however often it is tried', () => {
    fc.assert(
      fc.property(settings, settings, settings, (now, before, after) => {
        const once = undo(now, before, after);
        const twice = undo(once.settings, before, after);
        expect(changesBetween(once.settings, twice.settings)).toEqual([]);
      }),
    );
  });

  it('leaves what others have set since, and says which', () => {
    const before = { triggers: { define: 'theirs' }, days: 7 };
    const after = { triggers: { define: 'ours', create: 'ours' }, days: 7 };
    const now = { triggers: { define: 'others', create: 'ours', other: 'x' }, days: 3 };
    expect(undo(now, before, after)).toEqual({
      settings: { triggers: { define: 'others', other: 'x' }, days: 3 },
      kept: ['triggers.define'],
    });
  });
});
