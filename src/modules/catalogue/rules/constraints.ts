import { conditionFaults, type ConditionContext } from './condition-checks.ts';
import type { BundleDefinition, DataElement, ItemDefinition } from './definition.ts';
import { itemKinds } from './definition.ts';
import { isWithin, limitText, weigh } from './limits.ts';
import { findCircle, longestChain } from './order.ts';

/** One broken rule: where, what to change, and the text that demands it. */
export interface Violation {
  /** `/steps/2/after`, as in the definition. */
  path: string;
  message: string;
  basis: string;
}

export interface ItemContext {
  elements: Readonly<Record<string, DataElement>>;
  /** Units of the directory: id → has a USCC. */
  units: ReadonlyMap<string, { name: string; uscc: string }>;
  /** Names of materials that registers or stored licences prove, beyond the national ones: 食品经营许可证 … */
  shared?: readonly string[];
  /** Basic codes of the other items: code → name of the item. */
  basicCodes?: ReadonlyMap<string, string>;
}

export interface BundleContext {
  elements: Readonly<Record<string, DataElement>>;
  units: ReadonlyMap<string, { name: string; uscc: string }>;
  items: ReadonlyMap<string, ItemDefinition>;
}

const businessRegulation = '《优化营商环境条例》';
const onlineServices = '《国务院关于在线政务服务的若干规定》';
const licensingLaw = '《中华人民共和国行政许可法》';
const directoryRules = '本县事项目录编制规则';

/** Every rule of the catalogue that an item breaks; none may be left on publishing. */
export function checkItem(item: ItemDefinition, context: ItemContext): Violation[] {
  const found: Violation[] = [];
  const fault = (path: string, message: string, basis: string = directoryRules): void => {
    found.push({ path, message, basis });
  };
  checkNamesOnce(item, fault);
  checkUnits(item, context, fault);
  checkLimits(item, fault);
  checkSteps(item, context, fault);
  checkMaterials(item, context, fault);
  checkConditions(item, context, fault);
  checkResultAndFees(item, fault);
  const twin = context.basicCodes?.get(item.basicCode);
  if (twin !== undefined) fault('/basicCode', `基本编码 ${item.basicCode} 已经用于“${twin}”，一个编码只能给一个事项。`);
  return found;
}

/** Every rule that a bundle (一件事) breaks. */
export function checkBundle(bundle: BundleDefinition, context: BundleContext): Violation[] {
  const found: Violation[] = [];
  const fault = (path: string, message: string, basis: string = directoryRules): void => {
    found.push({ path, message, basis });
  };
  if (!context.units.has(bundle.lead)) fault('/lead', `牵头单位“${bundle.lead}”不在机构名录里。`);
  const ids = bundle.items.map((part) => part.item);
  const duplicate = firstDuplicate(ids);
  if (duplicate !== undefined) fault('/items', `“${nameOf(duplicate, context)}”在一件事里出现了两次。`);
  bundle.items.forEach((part, index) => {
    if (!context.items.has(part.item)) fault(`/items/${index}/item`, `事项“${part.item}”还没有发布，不能放进一件事。`);
    part.after.forEach((id) => {
      if (!ids.includes(id))
        fault(`/items/${index}/after`, `“${nameOf(part.item, context)}”要等的“${nameOf(id, context)}”不在这件事里。`);
    });
  });
  const nodes = bundle.items.map((part) => ({ id: part.item, after: part.after }));
  const circle = findCircle(nodes);
  if (circle !== null) {
    fault('/items', `先后顺序绕成了圈：${circle.map((id) => nameOf(id, context)).join(' → ')}，谁也没法开始。`);
  } else {
    const chain = longestChain(nodes, ({ id }) => weigh(context.items.get(id)?.promised.term ?? '0wd'));
    if (chain.weight > weigh(bundle.promised.term) + 1e-9) {
      const steps = chain.ids.map(
        (id) => `${nameOf(id, context)} ${limitText(context.items.get(id)?.promised.term ?? '0wd')}`,
      );
      fault(
        '/promised/term',
        `承诺 ${limitText(bundle.promised.term)} 办结，但最长的一条线就要 ${round(chain.weight)} 个工作日（${steps.join(' → ')}）。`,
      );
    }
  }
  const asked = new Set([
    ...bundle.elements.map((use) => use.id),
    ...ids.flatMap((id) => context.items.get(id)?.elements.map((use) => use.id) ?? []),
  ]);
  const conditions: ConditionContext = { declared: asked, elements: context.elements };
  checkElementUses(bundle.elements, conditions, fault);
  bundle.items.forEach((part, index) => {
    if (part.when === undefined) return;
    for (const message of conditionFaults(part.when, conditions)) fault(`/items/${index}/when`, message);
    if (part.note === '')
      fault(`/items/${index}/note`, `“${nameOf(part.item, context)}”不是人人要办，请在说明里写清什么情况下要办。`);
  });
  return found;
}

/** Rules for one data element. */
export function checkElement(element: DataElement): Violation[] {
  const found: Violation[] = [];
  const fault = (path: string, message: string, basis: string = directoryRules): void => {
    found.push({ path, message, basis });
  };
  const isChoice = element.type === 'choice' || element.type === 'multiChoice';
  if (isChoice && element.options.length < 2) fault('/options', `“${element.name}”是选择题，至少要有两个选项。`);
  if (!isChoice && element.options.length > 0) fault('/options', `“${element.name}”不是选择题，不要写选项。`);
  const twice =
    firstDuplicate(element.options.map((option) => option.value)) ??
    firstDuplicate(element.options.map((option) => option.label));
  if (twice !== undefined) fault('/options', `选项“${twice}”写了两遍。`);
  if (element.min !== undefined && element.max !== undefined && element.min > element.max)
    fault('/min', '最小值比最大值大。');
  if (element.type === 'idNumber' && !element.personal) {
    fault(
      '/personal',
      '身份证号是个人信息，要勾选“个人信息”，系统才会加密保存。',
      '《中华人民共和国个人信息保护法》第五十一条',
    );
  }
  if (element.pattern !== undefined) {
    if (!isPattern(element.pattern)) fault('/pattern', '格式要求（正则表达式）写错了，系统读不懂。');
    if (element.patternMessage === undefined)
      fault('/patternMessage', '写了格式要求，就要写一句不符合时给群众看的话。');
  }
  return found;
}

type Fault = (path: string, message: string, basis?: string) => void;

function checkNamesOnce(item: ItemDefinition, fault: Fault): void {
  const lists = { conditions: '条件', materials: '材料', steps: '环节', elements: '数据项' } as const;
  for (const [list, label] of Object.entries(lists) as [keyof typeof lists, string][]) {
    const twice = firstDuplicate(item[list].map((one) => one.id));
    if (twice !== undefined) fault(`/${list}`, `${label}“${twice}”写了两遍。`);
  }
  const material = firstDuplicate(item.materials.map((one) => one.name));
  if (material !== undefined)
    fault('/materials', `材料“${material}”写了两遍，同一份材料只要一次。`, `${onlineServices}第七条`);
}

function checkUnits(item: ItemDefinition, context: ItemContext, fault: Fault): void {
  const unit = context.units.get(item.department);
  if (unit === undefined) fault('/department', `实施单位“${item.department}”不在机构名录里。`);
  else if (unit.uscc.length !== 18) fault('/department', `${unit.name}还没有登记统一社会信用代码，编不出实施编码。`);
  item.jointUnits.forEach((id, index) => {
    if (!context.units.has(id)) fault(`/jointUnits/${index}`, `联办单位“${id}”不在机构名录里。`);
  });
}

function checkLimits(item: ItemDefinition, fault: Fault): void {
  const { promised, statutory } = item;
  if (!isWithin(promised.term, statutory.term)) {
    fault(
      '/promised/term',
      `承诺时限 ${limitText(promised.term)} 比法定时限 ${limitText(statutory.term)} 还长，请改短承诺时限或核对法定时限。`,
      `${licensingLaw}第四十二条`,
    );
  }
  if (item.caseKind === 'immediate' && weigh(promised.term) > 0) {
    fault('/promised/term', `即办件要当场办结，承诺时限应写 0wd，现在是 ${limitText(promised.term)}。`);
  }
  if (item.onlineDepth === 'full' && item.visits !== 0) {
    fault('/visits', `网办深度是“全程网办”，到现场次数就应当是 0，现在是 ${item.visits} 次。`);
  }
}

function checkSteps(item: ItemDefinition, context: ItemContext, fault: Fault): void {
  const ids = new Set(item.steps.map((step) => step.id));
  item.steps.forEach((step, index) => {
    if (!context.units.has(step.department))
      fault(`/steps/${index}/department`, `环节“${step.name}”的承办单位“${step.department}”不在机构名录里。`);
    for (const id of step.after) {
      if (!ids.has(id)) fault(`/steps/${index}/after`, `环节“${step.name}”要等的“${id}”不存在。`);
    }
  });
  const circle = findCircle(item.steps);
  const nameOfStep = (id: string) => item.steps.find((step) => step.id === id)?.name ?? id;
  if (circle !== null) {
    fault('/steps', `环节的先后顺序绕成了圈：${circle.map(nameOfStep).join(' → ')}，谁也没法开始。`);
    return;
  }
  const chain = longestChain(item.steps, (step) => (step.excludedGround === '' ? weigh(step.term) : 0));
  if (chain.weight > weigh(item.promised.term) + 1e-9) {
    fault(
      '/steps',
      `各环节时限加起来要 ${round(chain.weight)} 个工作日（${chain.ids.map(nameOfStep).join(' → ')}），超过了承诺的 ${limitText(item.promised.term)}。`,
      `${licensingLaw}第四十二条`,
    );
  }
}

/** 兜底 phrases: they let a counter ask for anything. */
const vague =
  /(其他|其它|有关|相关|所需|必要的?|规定的)[的]?(证明)?(材料|文件|资料|证件|手续)(等)?$|等(材料|文件|资料)$|认为需要|视情况/;
/** What the population, business and real-estate registers prove everywhere in the country. */
const nationallyShared = ['居民身份证', '身份证', '营业执照', '不动产权证书', '不动产权证'];

function checkMaterials(item: ItemDefinition, context: ItemContext, fault: Fault): void {
  const shared = new Set([...nationallyShared, ...(context.shared ?? [])]);
  const conditions = conditionContextOf(item, context);
  item.materials.forEach((material, index) => {
    const path = `/materials/${index}`;
    if (vague.test(material.name)) {
      fault(
        `${path}/name`,
        `材料“${material.name}”说得太笼统，请写明具体是什么材料；不能用“其他材料”“有关材料”兜底。`,
        `${businessRegulation}第三十五条`,
      );
    }
    const waivedBy = material.waived;
    if (waivedBy !== undefined && waivedBy.licenceType === '' && waivedBy.register === '') {
      fault(`${path}/waived`, `“${material.name}”标了免提交，请写明从哪类电子证照或哪个库取得。`);
    }
    if (waivedBy !== undefined && material.owedWithin !== undefined) {
      fault(`${path}/owedWithin`, `“${material.name}”已经免提交，不用再写容缺时限。`);
    }
    const plain = material.name.replace(/（.*?）|\(.*?\)/g, '').replace(/(原件|复印件|正本|副本|正副本)+$/g, '');
    if (waivedBy === undefined && [...shared].some((name) => plain === name || plain.endsWith(name))) {
      fault(
        `${path}/waived`,
        `“${material.name}”可以通过数据共享取得，不能要求申请人提交，请标为免提交并写明来源。`,
        `${onlineServices}第七条`,
      );
    }
    if (material.when !== undefined) {
      for (const message of conditionFaults(material.when, conditions)) fault(`${path}/when`, message);
    }
  });
}

function checkConditions(item: ItemDefinition, context: ItemContext, fault: Fault): void {
  const conditions = conditionContextOf(item, context);
  item.conditions.forEach((condition, index) => {
    if (condition.basis === undefined) {
      fault(
        `/conditions/${index}/basis`,
        `条件“${condition.text}”没有写依据。没有法律法规依据的，不能作为办理条件。`,
        `${businessRegulation}第三十五条`,
      );
    }
    if (condition.test === undefined) return;
    for (const message of conditionFaults(condition.test, conditions)) fault(`/conditions/${index}/test`, message);
  });
  checkElementUses(item.elements, conditions, fault);
}

function checkElementUses(
  uses: readonly { id: string; when?: string | undefined }[],
  context: ConditionContext,
  fault: Fault,
): void {
  const dependencies = uses.map((use, index) => {
    if (!Object.hasOwn(context.elements, use.id)) fault(`/elements/${index}/id`, `数据项“${use.id}”还没有定义。`);
    if (use.when === undefined) return { id: use.id, after: [] };
    const referenced: string[] = [];
    for (const message of conditionFaults(use.when, context, referenced)) fault(`/elements/${index}/when`, message);
    return { id: use.id, after: referenced };
  });
  const circle = findCircle(dependencies);
  if (circle !== null) {
    const names = circle.map((id) => context.elements[id]?.name ?? id);
    fault('/elements', `提问的条件绕成了圈：${names.join(' → ')}，哪一个都问不出来。`);
  }
}

function checkResultAndFees(item: ItemDefinition, fault: Fault): void {
  if (item.result.kind === 'licence' && item.result.licenceType === '') {
    fault('/result/licenceType', '办理结果是证照，请选择证照类型，系统才能制发电子证照。');
  }
  if (item.fees.charged && item.fees.basis === undefined) {
    fault('/fees/basis', '收费事项要写收费依据。', `${businessRegulation}第二十五条`);
  }
  if (item.fees.charged && item.fees.standard === '')
    fault('/fees/standard', '收费事项要写收费标准。', `${businessRegulation}第二十五条`);
  if (
    item.commitment !== undefined &&
    item.kind !== '01' &&
    item.kind !== '07' &&
    item.kind !== '10' &&
    item.kind !== '20'
  ) {
    fault('/commitment', `“${itemKinds[item.kind]}”不能实行告知承诺。`);
  }
}

function conditionContextOf(item: ItemDefinition, context: ItemContext): ConditionContext {
  return { declared: new Set(item.elements.map((use) => use.id)), elements: context.elements };
}

function nameOf(id: string, context: BundleContext): string {
  return context.items.get(id)?.name ?? id;
}

function firstDuplicate(values: readonly string[]): string | undefined {
  return values.find((value, index) => values.indexOf(value) !== index);
}

function isPattern(pattern: string): boolean {
  try {
    new RegExp(`^(?:${pattern})$`, 'u');
    return true;
  } catch {
    return false;
  }
}

function round(weight: number): number {
  return Math.round(weight * 100) / 100;
}
