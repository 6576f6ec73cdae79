/** Every place of the navigation, in its order; who holds none of the permissions does not see it. */
export interface Place {
  path: string;
  name: string;
  permissions: readonly string[];
}

export const places: readonly Place[] = [
  { path: '/', name: '我的待办', permissions: ['task.read'] },
  { path: '/alerts', name: '提醒', permissions: ['task.read'] },
  { path: '/window', name: '窗口收件', permissions: ['case.file'] },
  { path: '/cases', name: '办件', permissions: ['case.read'] },
  { path: '/supervision', name: '督办', permissions: ['task.supervise', 'task.read'] },
  { path: '/projects', name: '工程项目', permissions: ['project.read'] },
  { path: '/questions', name: '在线咨询', permissions: ['project.read'] },
  { path: '/pushes', name: '项目提前推送', permissions: ['project.read'] },
  { path: '/off-system', name: '体外循环', permissions: ['project.supervise', 'project.work'] },
  { path: '/plan', name: '方案台账', permissions: ['plan.read'] },
  { path: '/land/plots', name: '土地要素', permissions: ['land.read'] },
  { path: '/hotline/intake', name: '热线登记', permissions: ['hotline.intake'] },
  { path: '/hotline/tickets', name: '热线工单', permissions: ['hotline.read'] },
  { path: '/ratings', name: '好差评', permissions: ['rating.read'] },
  { path: '/ratings/visit', name: '窗口评价', permissions: ['rating.open'] },
  { path: '/licences', name: '电子证照', permissions: ['licence.read'] },
  { path: '/licence-uses', name: '用证', permissions: ['licence.use'] },
  { path: '/seals', name: '电子印章', permissions: ['seal.read'] },
  { path: '/representations', name: '企业代办核对', permissions: ['case.file'] },
  { path: '/catalogue', name: '事项目录', permissions: ['catalogue.edit', 'catalogue.publish'] },
  { path: '/search-words', name: '搜索词', permissions: ['search.edit'] },
  { path: '/calendar', name: '放假通知', permissions: ['calendar.edit', 'calendar.confirm'] },
  { path: '/accounts', name: '账号', permissions: ['org.manage'] },
  { path: '/units', name: '单位名录', permissions: [] },
  { path: '/journal', name: '操作日志', permissions: ['journal.read', 'journal.verify'] },
  { path: '/account', name: '我的账号', permissions: [] },
];
