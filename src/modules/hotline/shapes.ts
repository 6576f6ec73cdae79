import type { UnitDirectory } from '../org/index.ts';
import type { KnowledgeFound } from './advice.ts';
import type { ServedEntry } from './store/learning.ts';

export function entryShape(entry: ServedEntry, directory: UnitDirectory) {
  const { id, title, answer, unitId, sourceTitle, sourceNo, itemId, verifiedOn } = entry;
  return {
    entryId: id,
    title,
    answer,
    unitName: directory.nameOf(unitId),
    sourceTitle,
    sourceNo,
    itemId,
    verifiedOn,
  };
}

export function knowledgeShape({ entry, matched, coverage }: KnowledgeFound, directory: UnitDirectory) {
  return { ...entryShape(entry, directory), matched, coverage };
}
