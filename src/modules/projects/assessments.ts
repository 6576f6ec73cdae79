import type { Subscriber, Tx } from '../../kernel/module.ts';
import { localDateOf } from '../../kernel/time.ts';
import { caseTimelines } from '../cases/index.ts';
import { assessmentsFor, recordReuse, type AssessmentAnswer, type Point, type Polygon } from '../land/index.ts';
import { countyOf } from './county.ts';
import { loadProjectRow, type ProjectRow } from './store/projects.ts';

/** 多评合一 for one project: which assessments the area's results spare it, by where it stands and what it is. */
export async function assessmentViews(tx: Tx, project: Judged) {
  const answers = await answersFor(tx, project);
  return answers.map(({ kindName, verdict, why, documentNo, validUntil }) => ({
    ...{ kindName, verdict, why },
    // Of a result that does not hold here only the reason is told.
    documentNo: verdict === 'needed' ? null : documentNo,
    validUntil: verdict === 'needed' ? null : validUntil,
  }));
}

type Judged = Pick<ProjectRow, 'point' | 'polygon' | 'answers'>;

function answersFor(tx: Tx, project: Judged): Promise<AssessmentAnswer[]> {
  const { buildingUse, hazards } = project.answers;
  return assessmentsFor(tx, {
    site: siteOf(project),
    use: typeof buildingUse === 'string' ? buildingUse : null,
    hazards: Array.isArray(hazards) ? hazards.map(String) : null,
    onDate: localDateOf(tx.now),
  });
}

/** The area says more than a point in it. */
function siteOf({ polygon, point }: Pick<ProjectRow, 'point' | 'polygon'>): Point | Polygon | null {
  if (polygon !== null) return [openRing(polygon.map(pointOf))];
  return point === null ? null : pointOf(point);
}

function pointOf({ longitude, latitude }: NonNullable<ProjectRow['point']>): Point {
  return [longitude, latitude];
}

function openRing(ring: Point[]): Point[] {
  const [first] = ring;
  const last = ring.at(-1);
  return ring.length > 1 && first?.[0] === last?.[0] && first?.[1] === last?.[1] ? ring.slice(0, -1) : ring;
}

/** A filed application relies on a result that replaces a material of one of its items, or the track's own assessment. */
async function recordReliance(tx: Tx, payload: Record<string, unknown>): Promise<void> {
  const { matter, applicationId } = payload as { matter?: { type: string; id: string } | null; applicationId: string };
  if (matter?.type !== 'project') return;
  const project = await loadProjectRow(tx, matter.id);
  if (project === null) return;
  const { tracks } = await countyOf(tx.services);
  const items = new Set(
    (await caseTimelines(tx, matter)).filter((one) => one.applicationId === applicationId).map(({ itemId }) => itemId),
  );
  const trackKinds = new Set(tracks.flatMap((track) => (items.has(track.item) ? (track.regionalKind ?? []) : [])));
  const relied = (await answersFor(tx, project)).filter(
    ({ verdict, kind, replaces }) =>
      verdict === 'spared' &&
      (trackKinds.has(kind) || replaces.materials.some((material) => items.has(material.split('.')[0] ?? ''))),
  );
  await recordReuse(
    tx,
    relied.flatMap(({ resultId }) => resultId ?? []),
    { type: 'project', id: project.id, no: project.code, name: project.name },
  );
}

export const assessmentSubscriber: Subscriber = {
  name: 'projects.onRelied',
  topic: 'application.filed',
  handle: recordReliance,
};
