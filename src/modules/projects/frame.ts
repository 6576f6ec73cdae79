import type { Tx } from '../../kernel/module.ts';
import { serviceFor, type Service } from '../catalogue/index.ts';
import type { County } from './county.ts';

/** The rules that a project runs under, kept with it: what the county changes tomorrow does not move its budget. */
export interface Frame {
  type: { id: string; name: string; budgetDays: number; source: string };
  stages: readonly FrameStage[];
  tracks: readonly FrameTrack[];
  settings: { warningDays: number; trackDaysAreUnits: boolean; ownTrackKeepsClockRunning: boolean };
}

export interface FrameStage {
  id: string;
  name: string;
  bundle: string;
  after: readonly string[];
  lead: string;
  budgetDays: number;
  endsWith: string;
}

export interface FrameTrack {
  item: string;
  name: string;
  before: 'works' | 'permit' | 'start' | 'acceptance';
  when: string | null;
  note: string;
  source: string;
}

export function frameOf(county: County, type: County['types'][number]): Frame {
  const { warningDays, trackDaysAreUnits, ownTrackKeepsClockRunning } = county.settings;
  return {
    type: { id: type.id, name: type.name, budgetDays: Number.parseInt(type.limit, 10), source: type.source },
    stages: county.stages.map((stage) => ({
      id: stage.id,
      name: stage.name,
      bundle: stage.bundle,
      after: stage.after,
      lead: stage.lead.unit,
      budgetDays: stage.budget[type.id] ?? 0,
      endsWith: stage.endsWith,
    })),
    tracks: county.tracks.map(({ item, name, before, when, note, source }) => ({
      item,
      name,
      before,
      when: when ?? null,
      note,
      source,
    })),
    settings: { warningDays, trackDaysAreUnits, ownTrackKeepsClockRunning },
  };
}

/** Every unit that leads a stage or may have an item of it: its officers see the project. */
export async function unitsOf(tx: Tx, frame: Frame, codeUnit: string): Promise<string[]> {
  const units = new Set([codeUnit, ...frame.stages.map((stage) => stage.lead)]);
  for (const stage of frame.stages) for (const unit of unitsIn(await stageService(tx, stage))) units.add(unit);
  for (const track of frame.tracks) {
    for (const unit of unitsIn(await serviceFor(tx, { kind: 'item', id: track.item }))) units.add(unit);
  }
  return [...units].sort();
}

export function stageService(tx: Tx, stage: Pick<FrameStage, 'bundle'>): Promise<Service> {
  return serviceFor(tx, { kind: 'bundle', id: stage.bundle });
}

function unitsIn(service: Service): string[] {
  return service.items.flatMap(({ definition }) => [
    definition.department,
    ...definition.steps.map((step) => step.department),
  ]);
}
