import type { IgnoredPause } from '../../../calendar/index.ts';
import { dayMs } from '../../../calendar/days.ts';
import { chineseDate, type LocalDate } from '../../../kernel/time.ts';
import type { AttributionInput, ExclusionAlert } from './attribution-types.ts';
import { dayOf, layItem, localDay, yardOf, type LaidItem } from './spans.ts';

/**
 * Claims of an exclusion that do not stop the clock: a ground that is not listed, no notice or no announced end, past
 * the announced end, more often than allowed. The verdict is the calendar's; here it becomes something to act on.
 */
export function exclusionAlerts(input: AttributionInput): ExclusionAlert[] {
  const yard = yardOf(input);
  const items = [...input.stages.flatMap((stage) => stage.items), ...input.tracks];
  return items
    .map((item) => layItem(item, null, yard))
    .flatMap((laid) => laid.ignored.flatMap((ignored) => alertOf(laid, ignored, dayOf(input.today))))
    .sort((a, b) => (a.from === b.from ? (a.caseId < b.caseId ? -1 : 1) : a.from < b.from ? -1 : 1));
}

const signs: Readonly<Record<IgnoredPause['reason'], ExclusionAlert['sign']>> = {
  GROUND_NOT_LISTED: 'unlisted',
  GROUND_NOT_ENABLED: 'unlisted',
  NO_NOTICE: 'unnoticed',
  NO_PLANNED_END: 'unnoticed',
  PAST_PLANNED_END: 'overrun',
  GROUND_USED_UP: 'repeated',
};

function alertOf(laid: LaidItem, ignored: IgnoredPause, today: number): ExclusionAlert[] {
  const { item } = laid;
  const fromDay = Math.floor(ignored.fromMs / dayMs);
  // An open pause is ignored beyond its plan in any case; that is an overrun only once the day has come.
  if (fromDay > today) return [];
  const lastDay = Number.isFinite(ignored.toMs) ? Math.floor((ignored.toMs - 1) / dayMs) : null;
  const claim = item.spans.find(({ from, holder }) => from === ignored.pause.from && holder.kind === 'procedure');
  const groundName = claim?.holder.kind === 'procedure' ? claim.holder.groundName : ignored.pause.ground;
  const { caseId, no, itemName, unitId } = item;
  return [
    {
      sign: signs[ignored.reason],
      ...{ caseId, no, itemName, unitId },
      ground: ignored.pause.ground,
      groundName,
      noticeNo: ignored.pause.noticeNo,
      from: localDay(fromDay),
      to: lastDay === null ? null : localDay(lastDay),
      pausedAt: ignored.pause.from,
      words: `“${itemName}”（${no}）${span(localDay(fromDay), lastDay === null ? null : localDay(lastDay))}登记“${groundName}”：${ignored.why}`,
    },
  ];
}

function span(from: LocalDate, to: LocalDate | null): string {
  if (to === null) return `${chineseDate(from)}起`;
  return from === to ? chineseDate(from) : `${chineseDate(from)}至${chineseDate(to)}`;
}
