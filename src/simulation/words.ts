import type { Random } from './random.ts';

/** What people write in the boxes. */

const comments: Readonly<Record<number, readonly string[]>> = {
  5: [
    '办得很快，一次都没跑。',
    '工作人员态度好，讲得清楚。',
    '当天就拿到执照了，点赞！',
    '比以前方便多了，手机上就办完了。',
    '',
    '',
    '很满意',
    '全程有人指导，谢谢窗口同志。',
  ],
  4: ['总体不错，就是填表有点多。', '还行，比承诺的时间快。', '', '办得快，短信提醒也及时。'],
  3: ['一般，材料要求可以再少一点。', '', '还可以吧'],
  2: ['打了两次电话才有人接。', '补了一次材料，来回耽误了几天。', '现场核查等得久。'],
  1: ['说好的日子没办完，没人告诉我原因。', '超期了好几天，影响开业。', '同样的材料交了两遍。'],
};
const lateComments = ['比承诺的日子晚了，希望按时办。', '超期了也没人说明原因。', '等得太久。'];

export function commentFor(level: number, isLate: boolean, random: Random): string {
  return random.pick(isLate && level <= 3 ? lateComments : (comments[level] ?? ['']));
}

export function defectIn(name: string, random: Random): string {
  return random.pick([
    `“${name}”没有签字盖章，请签好后重新上传。`,
    `“${name}”照片模糊，看不清日期，请重新拍。`,
    `“${name}”缺最后一页。`,
    `“${name}”上的地址和表里填的不一致，请核对。`,
  ]);
}

export const declineReasons = [
  '申请事项不属于本机关职权范围，请向宝鸡市有关部门申请。',
  '该事项依法不需要取得行政许可。',
  '经核对，申请人已持有同类有效证件，无需重复办理。',
];
export const refusalReasons = [
  '现场核查发现经营场所布局不符合规定，整改后可以重新申请。',
  '经核实，提交的材料与实际情况不符。',
  '不符合法定条件，理由已书面告知。',
];
export const disagreements = [
  '现场核查不合格：功能区布局不符合要求。',
  '与有关规划不符。',
  '所报数据与实地不一致，建议不予通过。',
];
export const agreements = ['材料齐全，符合要求。', '同意。', '现场核查合格。', '经审查，符合法定条件。', ''];
export const withdrawals = ['计划有变，不办了。', '填错了，重新申请。', '打算和别人合伙，以后再办。', ''];
export const extensionReasons = ['情况复杂，需要进一步核实。', '涉及多个部门意见，需要协调。'];
export const handoverReasons = ['原经办人外出培训。', '原经办人请假。', '工作调整。'];
export const supervisionReasons = ['已经超过承诺时限，请说明原因并尽快办结。', '群众来电催问，请今日办理并回复。'];
export const supervisionReplies = [
  '因现场核查排期较满造成延误，已安排今天办理。',
  '经办人请假未及时移交，现已改派，尽快办结。',
  '已与申请人沟通说明，今日办结。',
];

export const raterSays = [
  '来回补了两次材料，希望一次说清。',
  '等的时间比说好的长，没有人告诉原因。',
  '网上传不上去照片，又跑了一趟。',
];
export const corrections = [
  '已经当面说明并致歉，今后一次性告知清楚。',
  '补正清单已经重新整理，窗口照单告知。',
  '延误的原因已经说明，同类办件改为提前一天提醒经办人。',
  '上传的问题已经修好，并把操作步骤发给您。',
];
export const measures = ['重新梳理材料清单，统一口径后公布。', '窗口增加一名导办，高峰时段加开窗口。'];
export const appealReasons = ['评价说的是另一个单位的环节，本单位按期办结。', '评价人来电说明点错了等级。'];
