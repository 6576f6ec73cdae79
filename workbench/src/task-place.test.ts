import { describe, expect, it } from 'vitest';
import { placeOfTask } from './task-place.ts';

const task = { id: 't', subjectType: 'case', subjectId: 's', link: '' };

describe('where a task is worked on', () => {
  it.each([
    [{}, '/cases/s'],
    [{ subjectType: 'supervision' }, '/supervision/s'],
    [{ subjectType: 'acceptance', link: '/workbench/projects/p?acceptance=s' }, '/projects/p?acceptance=s'],
    [{ subjectType: 'question', link: '/workbench/questions/s' }, '/questions/s'],
    [{ subjectType: 'offSystem', link: '/workbench/off-system?alert=s' }, '/off-system?alert=s'],
    [{ subjectType: 'measure', link: '/workbench/plan/measures/s' }, '/plan/measures/s'],
    [{ subjectType: 'ticket', link: '/hotline/tickets/s' }, '/hotline/tickets/s'],
    [{ subjectType: 'gatheredNotice', link: '/my/projects/p' }, '/tasks/t'],
    [{ subjectType: 'plot', link: '/workbench/projectsque' }, '/tasks/t'],
    [{ subjectType: 'plot', link: '' }, '/tasks/t'],
  ])('%o → %s', (changes, expected) => expect(placeOfTask({ ...task, ...changes })).toBe(expected));
});
