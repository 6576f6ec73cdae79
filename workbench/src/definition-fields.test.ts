import { describe, expect, it } from 'vitest';
import { faultsAt, valueAt, withValue } from './definition-fields.ts';

describe('withValue', () => {
  it('replaces deep in a list and leaves the original alone', () => {
    const before = {
      steps: [
        { id: 'intake', term: '1wd' },
        { id: 'review', term: '2wd' },
      ],
    };
    const after = withValue(before, '/steps/1/term', '3wd');
    expect(valueAt(after, '/steps/1/term')).toBe('3wd');
    expect(before.steps[1]?.term).toBe('2wd');
  });

  it('makes what is missing on the way and takes away what is emptied', () => {
    expect(withValue({}, '/promised/term', '1wd')).toEqual({ promised: { term: '1wd' } });
    expect(withValue({ materials: [{ id: 'a', owedWithin: '5wd' }] }, '/materials/0/owedWithin', undefined)).toEqual({
      materials: [{ id: 'a' }],
    });
  });
});

describe('faultsAt', () => {
  const faults = [
    { path: '/steps/1/term', message: '期限写错。' },
    { path: '/steps/10/term', message: '第十一个。' },
    { path: '/promised', message: '承诺长于法定。' },
  ];
  it('takes what is at or below a place, not what only begins alike', () => {
    expect(faultsAt(faults, '/steps/1')).toBe('期限写错。');
    expect(faultsAt(faults, '/promised/term')).toBe('');
  });
});
