import type { HotlineSettings } from './definition.ts';
import type { TicketClass } from './transitions.ts';

/** 答复质量: whether a reply answers what was asked, names a result and a date. Every rule says why. */

export interface QualityCheck {
  rule: 'length' | 'empty' | 'answers' | 'result' | 'date' | 'policy' | 'contact';
  name: string;
  passed: boolean;
  why: string;
}

export function checkReply(
  reply: { text: string; result: 'done' | 'partly' | 'explained'; doneOn: string | null },
  asked: { class: TicketClass; title: string; text: string; contacted: boolean },
  settings: HotlineSettings['reply'],
): QualityCheck[] {
  const text = reply.text.replace(/\s/g, '');
  const least = settings.leastCharacters.value;
  const empty = settings.emptyPhrases.value.filter((phrase) => text.includes(phrase));
  const shared = overlap(`${asked.title}${asked.text}`, text);
  const wantsResult = asked.class === 'complaint' || asked.class === 'report' || asked.class === 'help';
  const checks: QualityCheck[] = [
    {
      rule: 'length',
      name: '写清楚了',
      passed: text.length >= least,
      why: text.length >= least ? '' : `只有${text.length}个字，至少写${least}个字，把情况说明白`,
    },
    {
      rule: 'empty',
      name: '不说空话',
      passed: empty.length === 0,
      why: empty.length === 0 ? '' : `有“${empty.join('”“')}”这样的话，请写具体做了什么`,
    },
    {
      rule: 'answers',
      name: '答的是所问',
      passed: shared >= settings.overlap.value,
      why: shared >= settings.overlap.value ? '' : '答复里几乎没有提到诉求说的事，请对照诉求逐项回答',
    },
  ];
  if (wantsResult) {
    const named = resultWords.test(text);
    checks.push({
      rule: 'result',
      name: '有结果',
      passed: named,
      why: named ? '' : '没有写明处理结果（已经修好、已退款、已责令整改、经查不属实……）',
    });
    const dated = reply.doneOn !== null || datePattern.test(text);
    checks.push({
      rule: 'date',
      name: '有日期',
      passed: dated,
      why: dated ? '' : '没有写什么时候做的或者什么时候做完，请写明日期',
    });
    checks.push({
      rule: 'contact',
      name: '联系过诉求人',
      passed: asked.contacted,
      why: asked.contacted ? '' : '还没有联系诉求人的记录',
    });
  }
  if (reply.result === 'explained') {
    const grounded = /《[^》]{2,60}》|规定|政策|标准|条件/.test(text);
    checks.push({
      rule: 'policy',
      name: '解释有依据',
      passed: grounded,
      why: grounded ? '' : '解释不能办的原因要写明依据的规定',
    });
  }
  return checks;
}

export function failuresOf(checks: readonly QualityCheck[]): string[] {
  return checks.filter(({ passed }) => !passed).map(({ name, why }) => `${name}：${why}`);
}

const resultWords =
  /(已|已经|现)[^，。；]{0,12}(修|处理|解决|完成|整改|恢复|退|办|查|清|补|拆|通|装|换|发放|支付|到位|纠正|答复|停|罚|责令|安排)|属实|不属实|责令|立案|处罚|恢复|退还|到位|将于|将在|计划于|预计/;
const datePattern =
  /\d{1,2}月\d{1,2}日|\d{4}-\d{1,2}-\d{1,2}|\d{1,2}日|今天|今日|当天|昨天|本周|下周|月底|年底|个工作日内/;

/** The share of what was asked (its pairs of characters, without the commonest) that the reply takes up. */
function overlap(asked: string, reply: string): number {
  const wanted = pairs(asked);
  if (wanted.size === 0) return 1;
  const given = pairs(reply);
  let met = 0;
  for (const pair of wanted) if (given.has(pair)) met += 1;
  return met / Math.min(wanted.size, 30);
}

function pairs(text: string): Set<string> {
  const signs = text.replace(/[^\p{Script=Han}]/gu, ' ');
  const found = new Set<string>();
  for (const run of signs.split(/\s+/)) {
    for (let at = 0; at + 2 <= run.length; at += 1) {
      const pair = run.slice(at, at + 2);
      if (!/[的了我你他她们是在有和就都吗呢啊请问什么怎么这那]/.test(pair)) found.add(pair);
    }
  }
  return found;
}
