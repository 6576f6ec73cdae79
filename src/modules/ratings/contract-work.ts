import { z } from 'zod';
import { endpoint, localDate, paging, queryList, storedFile, uuid } from '../../kernel/endpoint.ts';
import { exampleId, line, listedRating, ratingId, share, state, wholeRating, words } from './contract-shapes.ts';
import { appealGrounds, channels, ratingStatuses, subjectKinds } from './rules/transitions.ts';

/** The staff's side: the desk, one rating with its clock and steps, review, publication, figures, window visits. */

const general = ['RATING_NOT_FOUND', 'RATING_TRANSITION_IMPOSSIBLE'];

export const listRatings = endpoint({
  id: 'ratings.list',
  method: 'GET',
  path: '/api/ratings',
  summary: '评价（不显示评价人，也不显示办件编号）',
  permission: 'rating.read',
  scope: 'unit',
  input: z.object({
    ...{ level: queryList(z.coerce.number().int().min(1).max(5)), unit: queryList(z.string().max(64)) },
    ...{ status: queryList(z.enum(ratingStatuses)), channel: queryList(z.enum(channels)) },
    kind: queryList(z.enum(subjectKinds)),
    item: z.string().trim().max(64).default(''),
    appealing: z.enum(['', 'yes']).default(''),
    from: localDate.optional(),
    to: localDate.optional(),
    ...paging,
  }),
  output: z.object({ ratings: z.array(listedRating), total: z.number().int() }),
  errors: [],
});

export const readRating = endpoint({
  id: 'ratings.read',
  method: 'GET',
  path: '/api/ratings/:ratingId',
  summary: '一件评价的经过、期限和能办的事',
  permission: 'rating.read',
  scope: 'unit',
  input: z.object(ratingId),
  output: wholeRating,
  errors: ['RATING_NOT_FOUND'],
});

export const readRater = endpoint({
  id: 'ratings.rater',
  method: 'GET',
  path: '/api/ratings/:ratingId/rater',
  summary: '怎么联系评价人（只给正在办理实名差评的人，读取留痕）',
  permission: 'rating.read',
  scope: 'unit',
  readsPersonalData: true,
  input: z.object(ratingId),
  output: z.object({ label: z.string(), phone: z.string(), subjectNo: z.string() }),
  errors: ['RATING_NOT_FOUND', 'RATER_NOT_SHOWN'],
});

const command = <I extends z.ZodRawShape>(
  id: string,
  path: string,
  summary: string,
  permission: string,
  shape: I,
  errors: readonly string[],
  example: Record<string, unknown>,
) =>
  endpoint({
    id: `ratings.${id}`,
    method: 'POST',
    path: `/api/ratings/:ratingId/${path}`,
    summary,
    permission,
    scope: 'unit',
    input: z.object({ ...ratingId, ...shape }),
    output: state,
    errors: [...general, ...errors],
    example: { ratingId: exampleId, ...example },
  });

const said = z.string().trim().min(1, '请写清楚。').max(1000);
const days = z.coerce.number().int().min(1).max(60).nullable().default(null);

export const appointHandler = command(
  'appoint',
  'handler',
  '单位负责人指定谁来办这件差评，尽量不用被评价的人',
  'rating.decide',
  { accountId: uuid, reason: z.string().trim().max(300).default('') },
  ['RATING_NOT_BAD', 'OFFICER_NOT_OF_UNIT', 'RATED_OFFICER_NEEDS_REASON', 'TASK_HANDED_TO_SAME'],
  { accountId: exampleId },
);

export const contactRater = command(
  'contact',
  'contact',
  '联系评价人，记下怎么联系的、他怎么说',
  'rating.work',
  { how: line(60), words: said },
  ['RATING_NOT_YOURS'],
  { how: '电话', words: '等了三次才办成，希望一次说清' },
);

export const fixAtOnce = command(
  'fix',
  'correction',
  '情况清楚的当场改正，写明怎么答复的',
  'rating.work',
  { words: said },
  ['RATING_NOT_YOURS', 'RATING_NOT_BAD'],
  { words: '已经补发证照，并向您道歉。' },
);

export const planRectification = command(
  'plan',
  'rectification',
  '情况复杂的列入台账，限期整改',
  'rating.work',
  { measures: said, days },
  ['RATING_NOT_YOURS', 'RATING_NOT_BAD', 'RECTIFICATION_TOO_LONG'],
  { measures: '重新梳理材料清单，窗口增加一名导办', days: 5 },
);

export const reportRectification = command(
  'report',
  'report',
  '反馈整改结果，等回访',
  'rating.work',
  { words: said },
  ['RATING_NOT_YOURS'],
  { words: '清单已经改好，窗口增加了导办。' },
);

export const recordRevisit = command(
  'revisit',
  'revisit',
  '电话回访：满意、不满意，或者没有联系上',
  'rating.read',
  { answer: z.enum(['satisfied', 'unsatisfied', 'unreached']), words: words.default('') },
  ['RATING_NOT_YOURS'],
  { answer: 'satisfied', words: '满意' },
);

export const directRectification = command(
  'direct',
  'direction',
  '回访不满意的，由监督单位责成重新整改',
  'rating.supervise',
  { words: said, days },
  ['RECTIFICATION_TOO_LONG'],
  { words: '请三个工作日内当面说明并办好', days: 3 },
);

export const publishRating = command(
  'publish',
  'publication',
  '公开评价和答复（先去掉能看出是谁的内容）',
  'rating.supervise',
  { words: z.string().trim().max(1000), reply: z.string().trim().max(1000) },
  ['PUBLICATION_TELLS_WHO', 'PUBLICATION_NEEDS_REPLY'],
  { words: '等得太久', reply: '已增加窗口' },
);

export const withholdRating = command(
  'withhold',
  'withholding',
  '不公开，写明理由',
  'rating.supervise',
  { reason: said },
  [],
  { reason: '内容涉及个人隐私，去掉以后没有可公开的' },
);

export const appealRating = command(
  'appeal',
  'appeal',
  '单位认为是误评或恶意评价，申请复核',
  'rating.decide',
  { ground: z.enum(appealGrounds), words: said, evidence: z.array(uuid).max(10).default([]) },
  ['RATING_NOT_BAD', 'APPEAL_ALREADY_MADE', 'RATING_FILE_NOT_FOUND'],
  { ground: 'mistaken', words: '评的是另一件事，本单位没有办过' },
);

export const decideAppeal = command(
  'decideAppeal',
  'appeal-decision',
  '复核决定：剔除还是维持（申请的人和被评价的人不能决定）',
  'rating.supervise',
  { upheld: z.boolean(), words: said },
  ['APPEAL_NOT_OPEN', 'APPEAL_SAME_PERSON'],
  { upheld: false, words: '录音表明评价属实，维持' },
);

const document = z.object({ id: uuid, ...storedFile.shape });

export const uploadEvidence = endpoint({
  id: 'ratings.uploadEvidence',
  method: 'POST',
  path: '/api/ratings/:ratingId/documents',
  summary: '上传复核用的证据',
  permission: 'rating.decide',
  scope: 'unit',
  upload: true,
  status: 201,
  input: z.object({ ...ratingId, document: storedFile }),
  output: document,
  errors: ['RATING_NOT_FOUND', 'FILE_TYPE_REFUSED', 'FILE_TOO_LARGE', 'FILE_EMPTY'],
});

/** Its content is served at `…/content` after the same check. */
export const openEvidence = endpoint({
  id: 'ratings.openEvidence',
  method: 'GET',
  path: '/api/rating-documents/:documentId',
  summary: '打开一份证据',
  permission: 'rating.read',
  scope: 'unit',
  readsPersonalData: true,
  input: z.object({ documentId: uuid }),
  output: document,
  errors: ['RATING_FILE_NOT_FOUND'],
});

export const openVisit = endpoint({
  id: 'ratings.openVisit',
  method: 'POST',
  path: '/api/rating-visits',
  summary: '窗口办完一件事，开一次评价：出链接，留了手机号的发短信',
  permission: 'rating.open',
  scope: 'unit',
  status: 201,
  input: z.object({
    itemId: z.string().trim().max(64).default(''),
    what: z.string().trim().max(60).default(''),
    windowName: line(40),
    /** Who served; the caller when nobody is named. */
    officerId: uuid.nullable().default(null),
    phone: z.string().trim().max(20).default(''),
  }),
  output: z.object({ ratingId: uuid, no: z.string(), code: z.string(), path: z.string() }),
  errors: ['SERVICE_NOT_FOUND', 'OFFICER_NOT_OF_UNIT', 'FORBIDDEN'],
  example: { what: '咨询社保转移', windowName: '综合窗口 3 号' },
});

const counts = z.object({
  finished: z.number().int(),
  answered: z.number().int(),
  valid: z.number().int(),
  good: z.number().int(),
  bad: z.number().int(),
  rectified: z.number().int(),
  anonymous: z.number().int(),
  removed: z.number().int(),
  realNameBad: z.number().int(),
  contactedInTime: z.number().int(),
  revisited: z.number().int(),
  appealed: z.number().int(),
  published: z.number().int(),
});

const figures = z.object({ counts, good: share, rectified: share, active: share });

export const ratingFigures = endpoint({
  id: 'ratings.figures',
  method: 'GET',
  path: '/api/rating-figures',
  summary: '好评率、差评整改率、主动评价率：按单位、事项、窗口、人员或月份，分母和不计入的都写出来',
  permission: 'rating.read',
  scope: 'unit',
  input: z.object({
    by: z.enum(['unit', 'item', 'window', 'officer', 'month']).default('unit'),
    from: localDate.optional(),
    to: localDate.optional(),
  }),
  output: z.object({
    from: localDate,
    to: localDate,
    total: figures,
    rows: z.array(figures.extend({ key: z.string(), name: z.string(), unitName: z.string() })),
    /** Windows and officers are shown to who may answer for them only. */
    mayByOfficer: z.boolean(),
    mechanisms: z.object({
      /** Said wherever they are shown: the plan names five and lists none. */
      note: z.string(),
      rows: z.array(
        z.object({
          id: z.string(),
          name: z.string(),
          what: z.string(),
          share,
          stateName: z.string(),
          state: z.string(),
        }),
      ),
    }),
  }),
  errors: ['FORBIDDEN'],
});
