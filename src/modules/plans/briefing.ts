import type { OutputOf } from '../../kernel/endpoint.ts';
import { chineseDate } from '../../kernel/time.ts';
import type { briefing } from './contract-files.ts';
import { measureLightNames, measureLights, type MeasureLight } from './rules/light.ts';

/** The briefing's words, the same in every format. */
export type BriefingView = OutputOf<typeof briefing>;

export interface Briefing {
  title: string;
  head: string;
  paragraphs: string[];
  legend: { light: MeasureLight; name: string; count: number }[];
  areas: { name: string; who: string; counts: BriefingView['counts']; total: number }[];
  trend: { month: string; counts: BriefingView['counts']; total: number }[];
  worst: { head: string; light: MeasureLight; lines: string[] }[];
}

export function briefingOf(view: BriefingView): Briefing {
  const { plan, counts, targets } = view;
  const total = sum(counts);
  const before = view.trend.at(-2)?.counts.red;
  const change =
    before === undefined
      ? ''
      : before === counts.red
        ? '，与上月末持平'
        : `，比上月末${counts.red > before ? '增加' : '减少'}${Math.abs(counts.red - before)}项`;
  return {
    title: `${plan.title}进展简报`,
    head: `${view.office}　${chineseDate(view.on)}　${plan.documentNo}`,
    paragraphs: [
      `截至${chineseDate(view.on)}，台账共${total}项：已销号${counts.done}项，正常${counts.green}项，临期或偏慢${counts.yellow}项，滞后${counts.red}项${change}，未启动${counts.blue}项，经批准暂停${counts.grey}项。`,
      `量化目标共${targets.total}项，其中系统按实际办理情况计算${targets.computed}项，部门填报${targets.total - targets.computed}项。达到${targets.met}项，没有达到${targets.missed}项，还没有数据、不能判断${targets.unknown}项。`,
    ],
    legend: measureLights.map((light) => ({ light, name: measureLightNames[light], count: counts[light] })),
    areas: view.areas.map((area) => ({
      name: area.name,
      who: area.leads.length === 0 ? '' : `牵头：${area.leads.join('、')}`,
      counts: area.counts,
      total: sum(area.counts),
    })),
    trend: view.trend.map((one) => ({ ...one, month: monthText(one.month), total: sum(one.counts) })),
    worst: view.worst.map((one) => ({
      head: `${one.no}　${one.title}（${one.leads || '没有写明牵头单位'}）`,
      light: one.light,
      lines: [
        `${measureLightNames[one.light]}：${one.why}`,
        ...(one.problems === '' ? [] : [`存在问题：${one.problems}`]),
        ...(one.nextSteps === '' ? [] : [`下一步：${one.nextSteps}`]),
      ],
    })),
  };
}

/** 2022-06 → 2022年6月 */
function monthText(month: string): string {
  return `${month.slice(0, 4)}年${Number(month.slice(5))}月`;
}

function sum(counts: BriefingView['counts']): number {
  return Object.values(counts).reduce((all, one) => all + one, 0);
}
