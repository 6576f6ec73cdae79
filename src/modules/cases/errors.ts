import type { ErrorTable } from '../../kernel/errors.ts';

export const casesErrors = {
  APPLICATION_NOT_FOUND: { status: 404, zh: '没有找到这份申请，或者它不是您的。' },
  APPLICATION_ALREADY_FILED: {
    status: 409,
    zh: '这份申请已经提交（{no}），不能再改；需要改动请撤回后重新申请，或按补正通知修改。',
  },
  APPLICATION_INCOMPLETE: { status: 400, zh: '申请还没填完整，请按提示补全后再提交。' },
  APPLICATION_CHANGED: { status: 409, zh: '这份申请刚在另一个页面被改过，请刷新后再改，以免互相覆盖。' },
  CONDITION_NOT_MET: { status: 409, zh: '按您填的情况，不符合办理条件：{condition}（依据：{basis}）。' },
  SERVICE_NOT_ONLINE: { status: 409, zh: '“{name}”目前不能网上申请，请到窗口办理：{place}。' },
  CASE_NOT_FOUND: { status: 404, zh: '没有找到这个办件，或者您无权查看。' },
  CASE_TRANSITION_IMPOSSIBLE: { status: 409, zh: '现在是“{status}”，不能{action}。依据：{basis}。' },
  CORRECTION_ALREADY_REQUESTED: {
    status: 409,
    zh: '补正只能一次性告知（{noticeNo} 已告知过），不能再次要求补正。依据：《中华人民共和国行政许可法》第三十二条第一款第四项。',
  },
  CORRECTION_TOO_LATE: {
    status: 409,
    zh: '收件后五个工作日内没有一次性告知，自 {filedOn} 收件之日起即为受理，不能再要求补正。依据：《中华人民共和国行政许可法》第三十二条第一款第四项。',
  },
  CORRECTION_WITHOUT_DEFECT: { status: 400, zh: '补正通知要逐条写明缺什么、哪里不对。' },
  CORRECTION_OUTSIDE_CASE: {
    status: 409,
    zh: '“{element}”不归这次补正的事项，或者别的部门已经按它办好了，不能在补正时改；确需改动请联系窗口。',
  },
  PROVISIONAL_NOT_ALLOWED: { status: 409, zh: '“{material}”不在容缺范围内，不能容缺受理。' },
  PROVISIONAL_NOTHING_OWED: { status: 409, zh: '材料已经齐全，直接受理即可，不用容缺。' },
  COMMITMENT_NOT_ALLOWED: { status: 409, zh: '“{item}”没有实行告知承诺，不能按承诺受理。' },
  COMMITMENT_NOT_SIGNED: { status: 409, zh: '申请人没有选择告知承诺，不能按承诺受理。' },
  STEP_NOT_OPEN: { status: 409, zh: '环节“{step}”现在不能办：{why}。' },
  STEPS_NOT_FINISHED: { status: 409, zh: '还有环节没有办完：{steps}。办完后才能作决定。' },
  STEP_DISAGREES: { status: 409, zh: '环节“{step}”的意见是不同意，不能准予；请先处理不同意见或作出不予许可决定。' },
  SEPARATE_DECISION: { status: 409, zh: '“{step}”是决定环节，请用“准予”或“不予许可”来办结。' },
  EXTENSION_NOT_ALLOWED: { status: 409, zh: '“{item}”没有规定可以延期，或已经延过一次。依据：{basis}。' },
  REFUSAL_WITHOUT_REASON: { status: 400, zh: '不予受理或不予许可必须说明理由，并写明依据。' },
  PRE_REVIEW_ALREADY_DONE: { status: 409, zh: '{by}已经做过预审，等前一项办好就会受理。' },
  SERVICE_STARTED_FROM_PROJECT: {
    status: 409,
    zh: '“{name}”要从工程项目页面申请：先登记项目，再从项目的阶段开始，项目信息会自动填好。',
  },
  COMMITMENT_BARRED: { status: 409, zh: '不能按告知承诺办理：{reason}' },
  MATERIAL_NOT_OWED: { status: 409, zh: '“{material}”不是这个办件欠交的材料，或已经补交。' },
  MATERIAL_NOT_ASKED: { status: 400, zh: '这个事项不需要“{material}”，请核对后再传。' },
  DOCUMENT_NOT_FOUND: { status: 404, zh: '没有找到这个文件。' },
} as const satisfies ErrorTable;
