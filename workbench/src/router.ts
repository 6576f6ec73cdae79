import { nextTick } from 'vue';
import { createRouter, createWebHistory, type RouteRecordRaw } from 'vue-router';
import { announcement } from './announce.ts';
import { places } from './places.ts';
import { roomPlace } from './project-places.ts';
import { loadSession, mayAny } from './session.ts';

declare module 'vue-router' {
  interface RouteMeta {
    title: string;
    /** Any of these opens the page. */
    permissions?: readonly string[];
    open?: boolean;
  }
}

const catalogueStaff = ['catalogue.edit', 'catalogue.publish'];
const projectStaff = ['project.read'];
const planStaff = ['plan.read'];
const hotlineStaff = ['hotline.read'];

const routes: RouteRecordRaw[] = [
  { path: '/sign-in', component: () => import('./pages/sign-in.vue'), meta: { title: '登录', open: true } },
  { path: '/', component: () => import('./pages/queue.vue'), meta: { title: '我的待办', permissions: ['task.read'] } },
  { path: '/tasks/:taskId', component: () => import('./pages/task.vue'), props: true, meta: { title: '待办' } },
  {
    path: '/alerts',
    component: () => import('./pages/alerts.vue'),
    meta: { title: '提醒', permissions: ['task.read'] },
  },
  {
    path: '/window',
    component: () => import('./pages/window.vue'),
    meta: { title: '窗口收件', permissions: ['case.file'] },
  },
  { path: '/cases', component: () => import('./pages/cases.vue'), meta: { title: '办件', permissions: ['case.read'] } },
  {
    path: '/cases/:caseId',
    component: () => import('./pages/case.vue'),
    props: true,
    meta: { title: '办件', permissions: ['case.read'] },
  },
  {
    path: '/supervision',
    component: () => import('./pages/supervision.vue'),
    meta: { title: '督办', permissions: ['task.supervise', 'task.read'] },
  },
  {
    path: '/supervision/:slipId',
    component: () => import('./pages/supervision.vue'),
    props: true,
    meta: { title: '督办', permissions: ['task.supervise', 'task.read'] },
  },
  {
    path: '/projects',
    component: () => import('./pages/project-list.vue'),
    meta: { title: '工程项目', permissions: projectStaff },
  },
  {
    path: '/projects/alerts',
    component: () => import('./pages/project-alerts.vue'),
    meta: { title: '超时和停表提醒', permissions: projectStaff },
  },
  {
    path: '/projects/consultations',
    component: () => import('./pages/project-consultations.vue'),
    meta: { title: '并联会商', permissions: projectStaff },
  },
  {
    path: '/projects/consultations/:consultationId',
    component: () => import('./pages/project-consultation-room.vue'),
    props: true,
    meta: { title: '并联会商', permissions: projectStaff },
  },
  {
    path: '/projects/commitments',
    component: () => import('./pages/project-commitments.vue'),
    meta: { title: '承诺核查', permissions: projectStaff },
  },
  {
    path: '/projects/commitments/:commitmentId',
    component: () => import('./pages/project-commitment.vue'),
    props: true,
    meta: { title: '承诺核查', permissions: projectStaff },
  },
  {
    path: '/projects/acceptances',
    component: () => import('./pages/project-acceptances.vue'),
    meta: { title: '联合验收', permissions: projectStaff },
  },
  {
    path: '/projects/acceptances/:acceptanceId',
    component: () => import('./pages/project-acceptance.vue'),
    props: true,
    meta: { title: '联合验收', permissions: projectStaff },
  },
  {
    path: '/projects/:projectId',
    component: () => import('./pages/project-home.vue'),
    props: true,
    // Duties of the rooms name the project: each leads on to its own page.
    beforeEnter: (to) => roomPlace(String(to.params.projectId), to.query) ?? true,
    meta: { title: '项目', permissions: projectStaff },
  },
  {
    path: '/projects/:projectId/stages/:stageId',
    component: () => import('./pages/project-stage.vue'),
    props: true,
    meta: { title: '阶段', permissions: projectStaff },
  },
  {
    path: '/projects/:projectId/survey',
    component: () => import('./pages/project-survey.vue'),
    props: true,
    meta: { title: '联合测绘', permissions: projectStaff },
  },
  {
    path: '/pushes',
    component: () => import('./pages/project-pushes.vue'),
    meta: { title: '项目提前推送', permissions: projectStaff },
  },
  {
    path: '/questions',
    component: () => import('./pages/project-questions.vue'),
    meta: { title: '在线咨询', permissions: projectStaff },
  },
  {
    path: '/questions/:questionId',
    component: () => import('./pages/project-question.vue'),
    props: true,
    meta: { title: '咨询', permissions: projectStaff },
  },
  {
    path: '/off-system',
    component: () => import('./pages/project-off-system.vue'),
    meta: { title: '体外循环', permissions: projectStaff },
  },
  {
    path: '/plan',
    component: () => import('./pages/plan-overview.vue'),
    meta: { title: '方案总览', permissions: planStaff },
  },
  {
    path: '/plan/measures',
    component: () => import('./pages/plan-ledger.vue'),
    meta: { title: '台账', permissions: planStaff },
  },
  {
    path: '/plan/measures/:measureId',
    component: () => import('./pages/plan-measure.vue'),
    props: true,
    meta: { title: '措施', permissions: planStaff },
  },
  {
    path: '/plan/targets/:targetId',
    component: () => import('./pages/plan-target.vue'),
    props: true,
    meta: { title: '指标', permissions: planStaff },
  },
  {
    path: '/plan/owed',
    component: () => import('./pages/plan-owed.vue'),
    meta: { title: '本单位欠什么', permissions: planStaff },
  },
  {
    path: '/plan/import',
    component: () => import('./pages/plan-import.vue'),
    meta: { title: '导入月报表', permissions: ['plan.report'] },
  },
  {
    path: '/plan/reports',
    component: () => import('./pages/plan-reports.vue'),
    meta: { title: '进展报送', permissions: planStaff },
  },
  {
    path: '/plan/submissions',
    component: () => import('./pages/plan-submissions.vue'),
    meta: { title: '信息报送', permissions: planStaff },
  },
  {
    path: '/plan/quotas',
    component: () => import('./pages/plan-quotas.vue'),
    meta: { title: '配额完成', permissions: planStaff },
  },
  {
    path: '/plan/appraisals',
    component: () => import('./pages/plan-appraisals.vue'),
    meta: { title: '考核', permissions: planStaff },
  },
  {
    path: '/plan/appraisals/:appraisalId',
    component: () => import('./pages/plan-appraisal.vue'),
    props: true,
    meta: { title: '考核表', permissions: planStaff },
  },
  {
    path: '/plan/documents',
    component: () => import('./pages/plan-review-list.vue'),
    meta: { title: '文件核对', permissions: ['plan.edit'] },
  },
  {
    path: '/plan/documents/:documentId',
    component: () => import('./pages/plan-review.vue'),
    props: true,
    meta: { title: '核对方案', permissions: ['plan.edit'] },
  },
  {
    path: '/plan/differences',
    component: () => import('./pages/plan-review-differences.vue'),
    meta: { title: '版本和差别', permissions: planStaff },
  },
  {
    path: '/land/plots',
    component: () => import('./pages/land-plots.vue'),
    meta: { title: '标准地', permissions: ['land.read'] },
  },
  {
    path: '/land/plots/:plotId',
    component: () => import('./pages/land-plot.vue'),
    props: true,
    meta: { title: '标准地', permissions: ['land.read'] },
  },
  {
    path: '/land/assessments',
    component: () => import('./pages/land-assessments.vue'),
    meta: { title: '区域评估', permissions: ['land.read'] },
  },
  {
    path: '/land/assessments/:assessmentId',
    component: () => import('./pages/land-assessment.vue'),
    props: true,
    meta: { title: '区域评估', permissions: ['land.read'] },
  },
  {
    path: '/land/performance',
    component: () => import('./pages/land-performance.vue'),
    meta: { title: '亩均评价', permissions: ['land.read'] },
  },
  {
    path: '/land/idle',
    component: () => import('./pages/land-idle.vue'),
    meta: { title: '存量土地', permissions: ['land.read'] },
  },
  {
    path: '/hotline/intake',
    component: () => import('./pages/hotline-intake.vue'),
    meta: { title: '热线登记', permissions: ['hotline.intake'] },
  },
  {
    path: '/hotline/tickets',
    component: () => import('./pages/hotline-tickets.vue'),
    meta: { title: '热线工单', permissions: hotlineStaff },
  },
  {
    path: '/hotline/tickets/:ticketId',
    component: () => import('./pages/hotline-ticket.vue'),
    props: true,
    meta: { title: '工单', permissions: hotlineStaff },
  },
  {
    path: '/hotline/calls',
    component: () => import('./pages/hotline-calls.vue'),
    meta: { title: '回访', permissions: ['hotline.intake'] },
  },
  {
    path: '/hotline/supervision',
    component: () => import('./pages/hotline-supervision.vue'),
    meta: { title: '督办和三率', permissions: hotlineStaff },
  },
  {
    path: '/hotline/knowledge',
    component: () => import('./pages/hotline-knowledge.vue'),
    meta: { title: '知识库', permissions: ['knowledge.edit'] },
  },
  {
    path: '/hotline/knowledge/:entryId',
    component: () => import('./pages/hotline-entry.vue'),
    props: true,
    meta: { title: '知识', permissions: ['knowledge.edit'] },
  },
  {
    path: '/hotline/remedies',
    component: () => import('./pages/hotline-remedies.vue'),
    meta: { title: '整改', permissions: hotlineStaff },
  },
  {
    path: '/hotline/visits',
    component: () => import('./pages/hotline-visits.vue'),
    meta: { title: '企业走访', permissions: hotlineStaff },
  },
  {
    path: '/hotline/analysis',
    component: () => import('./pages/hotline-analysis.vue'),
    meta: { title: '热线分析', permissions: hotlineStaff },
  },
  {
    path: '/ratings',
    component: () => import('./pages/ratings.vue'),
    meta: { title: '好差评', permissions: ['rating.read'] },
  },
  {
    path: '/ratings/figures',
    component: () => import('./pages/rating-figures.vue'),
    meta: { title: '好差评统计', permissions: ['rating.read'] },
  },
  {
    path: '/ratings/visit',
    component: () => import('./pages/rating-visit.vue'),
    meta: { title: '窗口评价', permissions: ['rating.open'] },
  },
  {
    path: '/ratings/:ratingId',
    component: () => import('./pages/rating.vue'),
    props: true,
    meta: { title: '评价', permissions: ['rating.read'] },
  },
  {
    path: '/licences',
    component: () => import('./pages/licences.vue'),
    meta: { title: '证照库', permissions: ['licence.read'] },
  },
  {
    path: '/licences/new',
    component: () => import('./pages/licence-new.vue'),
    meta: { title: '补录证照', permissions: ['licence.issue'] },
  },
  {
    path: '/licences/:licenceId',
    component: () => import('./pages/licence.vue'),
    props: true,
    meta: { title: '证照', permissions: ['licence.read'] },
  },
  {
    path: '/licence-uses',
    component: () => import('./pages/licence-uses.vue'),
    meta: { title: '用证', permissions: ['licence.use'] },
  },
  {
    path: '/licence-uses/new',
    component: () => import('./pages/licence-use-new.vue'),
    meta: { title: '申请用证', permissions: ['licence.use'] },
  },
  {
    path: '/licence-uses/:useId',
    component: () => import('./pages/licence-use.vue'),
    props: true,
    meta: { title: '用证', permissions: ['licence.use'] },
  },
  {
    path: '/licence-papers',
    component: () => import('./pages/licence-papers.vue'),
    meta: { title: '纸质证照入库', permissions: ['licence.import'] },
  },
  {
    path: '/licence-papers/import',
    component: () => import('./pages/licence-paper-import.vue'),
    meta: { title: '导入纸质证照', permissions: ['licence.import'] },
  },
  {
    path: '/licence-papers/:paperId',
    component: () => import('./pages/licence-paper.vue'),
    props: true,
    meta: { title: '纸质证照', permissions: ['licence.import'] },
  },
  {
    path: '/licence-types',
    component: () => import('./pages/licence-types.vue'),
    meta: { title: '证照种类', permissions: ['licence.read'] },
  },
  {
    path: '/licence-types/:id',
    component: () => import('./pages/licence-type.vue'),
    props: true,
    meta: { title: '证照种类', permissions: ['licence-type.edit'] },
  },
  {
    path: '/licence-pushes',
    component: () => import('./pages/licence-pushes.vue'),
    meta: { title: '报送市级证照库', permissions: ['licence.push'] },
  },
  {
    path: '/seals',
    component: () => import('./pages/seals.vue'),
    meta: { title: '电子印章', permissions: ['seal.read'] },
  },
  {
    path: '/seals/:sealId',
    component: () => import('./pages/seal.vue'),
    props: true,
    meta: { title: '电子印章', permissions: ['seal.read'] },
  },
  {
    path: '/representations',
    component: () => import('./pages/representations.vue'),
    meta: { title: '企业代办核对', permissions: ['case.file'] },
  },
  {
    path: '/catalogue',
    component: () => import('./pages/catalogue.vue'),
    meta: { title: '事项目录', permissions: catalogueStaff },
  },
  {
    path: '/catalogue-import',
    component: () => import('./pages/catalogue-import.vue'),
    meta: { title: '导入事项清单', permissions: ['catalogue.edit'] },
  },
  {
    path: '/catalogue/:id',
    component: () => import('./pages/service.vue'),
    props: true,
    meta: { title: '事项', permissions: catalogueStaff },
  },
  {
    path: '/catalogue/:id/edit',
    component: () => import('./pages/service-edit.vue'),
    props: true,
    meta: { title: '修改事项', permissions: ['catalogue.edit'] },
  },
  {
    path: '/search-words',
    component: () => import('./pages/search-words.vue'),
    meta: { title: '搜索词', permissions: ['search.edit'] },
  },
  {
    path: '/calendar',
    component: () => import('./pages/calendar.vue'),
    meta: { title: '放假通知', permissions: ['calendar.edit', 'calendar.confirm'] },
  },
  {
    path: '/accounts',
    component: () => import('./pages/accounts.vue'),
    meta: { title: '账号', permissions: ['org.manage'] },
  },
  { path: '/units', component: () => import('./pages/units.vue'), meta: { title: '单位名录' } },
  {
    path: '/journal',
    component: () => import('./pages/journal.vue'),
    meta: { title: '操作日志', permissions: ['journal.read', 'journal.verify'] },
  },
  { path: '/account', component: () => import('./pages/account.vue'), meta: { title: '我的账号' } },
  {
    path: '/:rest(.*)*',
    component: () => import('./pages/not-found.vue'),
    meta: { title: '没有这个页面', open: true },
  },
];

export const router = createRouter({
  history: createWebHistory('/workbench/'),
  routes,
  scrollBehavior: (_to, _from, saved) => saved ?? { top: 0 },
});

router.beforeEach(async (to) => {
  if (to.meta.open === true) return true;
  const me = await loadSession();
  if (me === null) return { path: '/sign-in', query: to.fullPath === '/' ? {} : { to: to.fullPath } };
  if (me.mustChangePassword && to.path !== '/account') return { path: '/account', query: { must: 'password' } };
  if (mayAny(...(to.meta.permissions ?? []))) return true;
  // The opening page of someone without a queue is the first place open to him.
  if (to.path === '/') return places.find((place) => mayAny(...place.permissions))?.path ?? '/account';
  return { path: '/account', query: { denied: to.meta.title } };
});

router.afterEach((to, from, failure) => {
  if (failure !== undefined || to.path === from.path) return;
  document.title = `${to.meta.title} · 营商工作台`;
  if (from.matched.length === 0) return;
  announcement.value = '';
  void nextTick(() => document.querySelector<HTMLElement>('main h1')?.focus({ preventScroll: true }));
});
