import { describe, expect, it } from 'vitest';
import { roomPlace } from './project-places.ts';

describe('where a duty of a room is done', () => {
  it.each([
    [{ consultation: 'c' }, '/projects/consultations/c'],
    [{ commitment: 'c' }, '/projects/commitments/c'],
    [{ acceptance: 'a' }, '/projects/acceptances/a'],
    [{ stage: 'works' }, '/projects/p/stages/works'],
    [{ survey: 's' }, '/projects/p/survey'],
    [{}, null],
    [{ page: '2' }, null],
    [{ acceptance: ['a', 'b'] }, null],
    [{ acceptance: null }, null],
  ])('%o → %s', (query, expected) => expect(roomPlace('p', query)).toBe(expected));
});
