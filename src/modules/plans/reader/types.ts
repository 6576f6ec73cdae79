/**
 * What the reader finds in an official document. Pure shapes, safe in a browser. Every span is in UTF-16 units of the text
 * that was given, `from` included, `to` excluded, so that a face can mark the very characters a field was read from.
 */
export interface Span {
  from: number;
  to: number;
}

export interface Field<T> {
  value: T;
  span: Span;
  /** From 0 to 1: how sure the reader is. Below 0.8 a person should look. */
  confidence: number;
}

/** A department or a collective body. `name` is what is meant, `written` what stands there, damage and all. */
export interface NameReading {
  name: string;
  written: string;
  span: Span;
  confidence: number;
}

/**
 * `<=` 不超过、压缩至、…以内; `>=` 不低于、达到、…以上; `=` a bare figure or 全覆盖 (100 %); `<` 低于; `>` 高于; `up`, `down` a trend that
 * needs two points; `relative` compares with another series (各项贷款增速), without a figure of its own.
 */
export type Comparator = '<=' | '>=' | '=' | '<' | '>' | 'up' | 'down' | 'relative';

export interface TargetReading {
  subject: string;
  comparator: Comparator;
  /** What a bare figure can only mean: “4个工作日办结” is written as = and meant as <=. */
  meant: Comparator;
  value: number | null;
  unit: string | null;
  /** 年内, 每年, 2025年底: the time the figure is for, as written. */
  period: string | null;
  /** 较上年, 各项贷款增速: what it is compared with, as written. */
  baseline: string | null;
  span: Span;
  confidence: number;
}

/** So many of something in so much time, owed again and again: 每月至少报送3条工作动态. Not a target of the measure. */
export interface QuotaReading {
  subject: string;
  what: string;
  count: number;
  unit: string;
  per: 'week' | 'month' | 'quarter' | 'half-year' | 'year';
  span: Span;
  confidence: number;
}

export interface DeadlineReading {
  /** As written: 2022年12月底前, 长期坚持. */
  text: string;
  /** The last day, where the words name one; null for 长期坚持. */
  date: string | null;
  span: Span;
  confidence: number;
}

/** Where a lead that nobody wrote down comes from. */
export type Implied = 'no' | 'first-listed' | 'sole' | 'inherited';

export type AttributionForm = 'bracket' | 'label' | 'sentence' | 'subject' | 'table' | 'inherited';

export interface AttributionReading {
  lead: NameReading[];
  co: NameReading[];
  collective: NameReading[];
  /** 包抓领导、责任领导. */
  sponsors: NameReading[];
  deadline: DeadlineReading | null;
  implied: Implied;
  form: AttributionForm;
  span: Span;
  /** The part of the measure it speaks for. */
  covers: Span;
  confidence: number;
  flags: string[];
}

export interface SubItemReading {
  label: string;
  text: string;
  span: Span;
}

export interface MeasureReading {
  /** A number where the document counts 1, 2, 3; else the label as printed: （一）, 1.2, 第三条. Null where there is none. */
  no: number | string | null;
  label: string;
  title: string;
  titleSpan: Span;
  text: string;
  span: Span;
  /** Index in `areas`, or null. */
  area: number | null;
  /** Index in `chapters`, or null. */
  chapter: number | null;
  attributions: AttributionReading[];
  deadlines: DeadlineReading[];
  targets: TargetReading[];
  quotas: QuotaReading[];
  items: SubItemReading[];
  confidence: number;
  flags: string[];
}

export interface ChapterReading {
  label: string;
  title: string;
  span: Span;
}

export interface AreaReading {
  label: string;
  title: string;
  chapter: number | null;
  sponsors: NameReading[];
  lead: NameReading[];
  co: NameReading[];
  collective: NameReading[];
  span: Span;
  confidence: number;
}

export interface DocumentReading {
  title: Field<string> | null;
  /** 关于印发…的通知, when the plan comes inside a notice. */
  noticeTitle: Field<string> | null;
  issuer: Field<string> | null;
  documentNo: Field<string> | null;
  /** The date under the notice, YYYY-MM-DD. */
  date: Field<string> | null;
  /** 方案, 意见, 计划 … */
  kind: string | null;
  /** Whether the document says that the unit named first leads. */
  firstListedLeads: boolean;
}

export interface WarningReading {
  code: string;
  /** For people, in Chinese, with the place in it. */
  message: string;
  line: number;
  span: Span;
}

export interface PlanReading {
  document: DocumentReading;
  chapters: ChapterReading[];
  areas: AreaReading[];
  /** The numbered measures. */
  measures: MeasureReading[];
  /** Key tasks that stand before the continuously numbered measures, with their sub-items (重点改革任务). */
  keyTasks: MeasureReading[];
  /** Days on which progress is to be reported: 分别于6月18日、11月28日前报…. */
  reportDates: DeadlineReading[];
  warnings: WarningReading[];
}

/** Names the county knows. They raise confidence and settle doubled characters; they never put a name where none stands. */
export interface KnownNames {
  has(name: string): boolean;
}
