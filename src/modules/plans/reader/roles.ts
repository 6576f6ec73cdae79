/** The words that give a name its part: labels before it (牵头单位：), verbs behind it (…牵头，…按职责分工负责). */
export type Role = 'lead' | 'co' | 'responsible' | 'sponsor' | 'deadline' | 'ignored';

export interface Label {
  role: Role;
  /** Characters up to and with the colon. */
  length: number;
  written: string;
}

const levels =
  '(?:省|市|县|区|州|旗|自治区|国家|省级|市级|县级|区级|州级|省直|市直|县直|区直|本级|乡镇|镇级|主要|第一|总|共同|具体|直接|主|工作|任务|项目|落实|整改|改革|指标|领域|事项)*';
const kinds = '(?:单位|部门|机构|处室|科室|股室|主体|局|方|委办局|地区|乡镇|层级)';

const labels: [RegExp, Role][] = [
  [
    new RegExp(
      `^${levels}(?:牵头|主办|主责|总牵头|统筹|主抓|责任牵头|牵头责任|牵头负责|负责牵头|牵头落实)${kinds}?(?:[及和、](?:责任|负责)?${kinds})?$`,
    ),
    'lead',
  ],
  [
    new RegExp(
      `^${levels}(?:配合|协办|协同|参与|参加|协助|协作|支持|协调|会办|联动|指导|监督指导|协同配合|责任配合|配合责任|共同配合|参与配合|配合落实|协同责任)${kinds}?$`,
    ),
    'co',
  ],
  [
    new RegExp(
      `^${levels}(?:责任|负责|承办|落实|实施|责任落实|责任主体|承担|主管|落实责任|实施责任|分工|任务分工|职责分工|部门分工|责任分工|主体责任)${kinds}?(?:[及和、](?:配合|参与|协办)${kinds})?$`,
    ),
    'responsible',
  ],
  [/^(?:省|市|县|区|州|国家|中央)(?:级|直)(?:责任)?(?:部门|单位)$/, 'responsible'],
  [/^(?:单位|部门|责任主体|分工|任务分工|职责分工|部门分工|责任分工|主体|工作主体|实施主体|责任)$/, 'responsible'],
  [
    /^(?:包抓|包联|挂联|联系|责任|分管|牵头|主管|主要责任|领衔|指导|督导|督办|包保|县级|市级|区级|省级|牵头县|牵头市|牵头区|责任县|责任市|县级责任|市级责任|县级牵头|市级牵头|分管县|分管市|县级分管|市级分管|县级包抓|牵头负责)+(?:级)?(?:领导|领导同志|县领导|市领导|区领导|负责人|责任人|负责同志|责任领导|人|专家)$/,
    'sponsor',
  ],
  [/^(?:领导|责任人|负责人|市领导|县领导|区领导|总负责|总负责人|包抓领导|首席专员)$/, 'sponsor'],
  [
    /^(?:完成|办结|落实|整改|推进|实施|时间|进度|工作|任务|改革|节点|预期|拟|预计|计划|目标)*(?:时限|时间|期限|日期|时间节点|节点|时限要求|时间要求|时间安排|进度安排|进度要求|完成时点|截止时间|截止日期|时间进度|时序进度)(?:要求|安排|节点)?$/,
    'deadline',
  ],
  [
    /^(?:联系人|联系电话|电话|备注|验收标准|成果形式|成果|形式|邮箱|工作目标|依据|督办单位|监督单位|考核单位|验收单位|审核单位|批准单位|备案单位)$/,
    'ignored',
  ],
];

/** 牵头单位：… at the start of a text. With a colon, or alone before white space in a cell. */
export function labelAt(text: string): Label | null {
  const opened = /^（?([^：，。；、（）]{2,16}(?:、[^：，。；、（）]{2,8})?(?:（[^：（）]{1,10}）)?)：/.exec(
    text.replace(/^[*·●—\s-]+/, ''),
  );
  if (opened === null) return null;
  const skipped = text.length - text.replace(/^[*·●—\s-]+/, '').length;
  const written = opened[1] ?? '';
  const role = roleOfLabel(written.replace(/（[^）]*）$/, ''));
  return role === null ? null : { role, length: skipped + opened[0].length, written };
}

export function roleOfLabel(text: string): Role | null {
  const word = repaired(text.replaceAll(/[\s\v\n]/g, ''));
  // Every colon asks; no label is written without one of these.
  if (!labelWord.test(word)) return null;
  for (const [pattern, role] of labels) if (pattern.test(word)) return role;
  return null;
}

const labelWord =
  /单位|部门|机构|处室|科室|股室|主体|时限|时间|期限|日期|节点|时点|进度|领导|责任|负责|牵头|主办|主责|统筹|配合|协办|协同|参与|参加|支持|承办|落实|实施|分工|联系|电话|备注|标准|成果|邮箱|目标|依据|专员|专家|局|方|地区|乡镇|层级|协|指导|联动|会办|主抓|承担|主管/;

/** 【责任单位】县财政局 → 责任单位：县财政局, in the same number of characters. */
export const plainLabels = (text: string): string =>
  text.replaceAll(/（([^（）：，、。]{3,10})）(?=[\u4e00-\u9fff\d“])/g, (found, word: string, at: number) =>
    /单位|部门|时限|时间|领导|责任人/.test(word) && roleOfLabel(word) !== null
      ? `${at === 0 ? '·' : '。'}${word}：`
      : found,
  );

/** 贡任单位, 奉头: the few words of the trade, as text recognition spoils them. */
export const repaired = (text: string): string =>
  text
    .replaceAll(/单[伍佐住仕伎]/g, '单位')
    .replaceAll(/部[闩闪问]/g, '部门')
    .replaceAll(/(?:[贡贵青]任|[责贡贵青][仟仕伍住])(?=单位|部门|领导|人|分工)/g, '责任')
    .replaceAll(/[奉幸秦率]头|牵[关买兴夫]/g, '牵头')
    .replaceAll(/负[贵贡青]/g, '负责')
    .replaceAll(/[配酝][台含舍会]|酝合|酉合/g, '配合')
    .replaceAll(/[职织识][贵贡青]/g, '职责')
    .replaceAll(/完[戍戌咸]/g, '完成')
    .replaceAll(/[时吋][眼艮很狠]/g, '时限')
    .replaceAll(
      /((?:牵头|责任|配合|主办|协办|承办)(?:单位|部门)|(?:完成|办结)时限)(?:为|是)(?=[\u4e00-\u9fff\d])/g,
      '$1：',
    );

export interface Tail {
  role: 'lead' | 'co' | 'responsible';
  /** Length of the names before the verb. */
  names: number;
}

const manner =
  '(?:按照?|依照?|依据|根据|结合|立足)(?:各自|相关|法定|部门|有关)*的?(?:工作)?(?:职责|职能|职权|分工|责任)(?:和|、|及)?(?:职责|权限|任务|范围|分工|职能)*(?:要求)?';
const doing =
  '(?:组织|推进|落实|实施|推动|抓好|做好|办理|负责|开展|承办|完成|执行|贯彻|抓|协调|制定|指导|执行|督促|落细|抓总|推广|实施好)';
const how = '(?:分别|共同|协同|具体|联合|全面|主要|统一|积极|密切|分工|全力|认真|参与|抓紧|持续|统筹|合力|并|切实)';

const tails: [RegExp, Tail['role']][] = [
  [
    new RegExp(
      `(?:${how}|总|为|作为|双|负责)*牵头(?:单位|部门|责任单位)?(?:，?(?:并)?${how}*${doing})*(?:工作|相关工作|责任)?$`,
    ),
    'lead',
  ],
  [/(?:为主|主办|主抓|统筹协调|统筹推进|统筹负责|统筹|为第一责任单位|为主责单位|主责)(?:负责|落实)?$/, 'lead'],
  [
    new RegExp(
      `(?:${manner})?${how}*(?:配合|协助|协办|参与|参加|(?:提供)?(?:技术|资金|数据|业务|服务|政策|人员)?支持|(?:业务|监督|督促)?指导|协同|协作)(?:${how}|${doing}|配合|单位|工作)*$`,
    ),
    'co',
  ],
  [new RegExp(`(?:${manner})${how}*(?:各负其责)?${doing}*(?:工作|落实|任务|到位|责任)*$`), 'responsible'],
  [
    new RegExp(
      `(?:为)?${how}*(?:负责|承办|落实|实施|为责任单位|推进|推动|各负其责|组织实施|抓好落实|贯彻落实|办理)(?:${how}|${doing}|工作|到位|召集)*$`,
    ),
    'responsible',
  ],
];

/** Which part the verb at the end of a text gives to the names before it. */
export function tailOf(text: string): Tail | null {
  const word = repaired(text).replace(/[。；，、\s]+$/, '');
  let best: Tail | null = null;
  for (const [pattern, role] of tails) {
    const found = pattern.exec(word);
    if (found !== null && (best === null || found.index < best.names)) best = { role, names: found.index };
  }
  return best;
}

/** 列第一位者为牵头单位，下同. */
export const firstListed =
  /(?:(?:列|排|位列|名列|排列|排序|列在|排在|位于|居于|列为|标注)(?:在|于)?[^，。；（）]{0,6}?(?:第一|首)(?:位|个|名|家)?的?(?:者|单位|部门|责任单位)?|(?:责任|负责|承办)?(?:单位|部门)?(?:中|里)?(?:的)?(?:第一个|第一位|首个|首位|第一家)(?:责任)?(?:的)?(?:者|单位|部门|责任单位)?|排名第一的?(?:者|单位|部门)?|(?:首位|首列|第一)(?:责任)?(?:单位|部门))[^，。；（）]{0,8}?(?:为|是|系|即为)(?:该项|该|本项)?(?:工作|任务|措施|事项)?(?:的)?(?:总)?牵头(?:责任)?(?:单位|部门)?/;

/** 标*的为牵头单位. */
export const starredLead = /(?:带|标|加|注)(?:有|注|“)?[*★▲]”?(?:号)?(?:的)?(?:者|单位|部门)?(?:为|是)牵头/;
