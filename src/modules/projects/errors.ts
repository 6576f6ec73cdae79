import type { ErrorTable } from '../../kernel/errors.ts';

export const projectsErrors = {
  THEME_NOT_FOUND: { status: 404, zh: '没有这个项目主题，请从主题列表里选一个。' },
  PROJECT_NOT_FOUND: { status: 404, zh: '没有找到这个项目，或者您无权查看。' },
  PROJECT_ANSWERS_INCOMPLETE: { status: 400, zh: '项目情况还没填完整，请按提示补全。' },
  PROJECT_TYPE_UNDECIDED: { status: 409, zh: '按填的情况还定不了项目类型：{why}。' },
  PROJECT_CODE_TAKEN: { status: 409, zh: '项目代码 {code} 已经登记在别的项目上，请核对。' },
  PROJECT_CODE_SETTLED: { status: 409, zh: '这个项目已经有统一代码 {code}，不能再改。' },
  PROJECT_CHANGED: { status: 409, zh: '这个项目刚在另一个页面被改过，请刷新后再改，以免互相覆盖。' },
  PROJECT_ALREADY_APPLIED: { status: 409, zh: '项目已经提交过申请，项目情况不能再改；确需调整请联系牵头部门。' },
  PROJECT_ENDED: { status: 409, zh: '项目现在是“{state}”，不能再办。' },
  PROJECT_HAS_RUNNING_CASES: { status: 409, zh: '还有事项正在办：{items}。请先撤回，再终止项目。' },
  STAGE_NOT_FOUND: { status: 404, zh: '没有这个阶段。' },
  STAGE_PREREQUISITE_MISSING: { status: 409, zh: '还不能申请“{stage}”：要先办好{missing}。' },
  STAGE_NOT_NEEDED: { status: 409, zh: '按项目情况，“{stage}”没有要办的事项，不用申请。' },
  STAGE_ALREADY_RUNNING: { status: 409, zh: '“{stage}”已经有一份申请（{no}）在办或在草稿里，请接着办那一份。' },
  STAGE_ALREADY_DONE: { status: 409, zh: '“{stage}”已经办好，不用再申请。' },
  TRACK_NOT_FOUND: { status: 404, zh: '没有这项并行办理的事项。' },
  TRACK_NOT_NEEDED: { status: 409, zh: '按项目情况，“{track}”不用办。' },
  PROJECT_ALERT_NOT_FOUND: { status: 404, zh: '没有找到这条提醒，或者它不归您的单位答复。' },
  PROJECT_ALERT_SETTLED: { status: 409, zh: '这条提醒已经{state}，不用再答复。' },
} as const satisfies ErrorTable;
