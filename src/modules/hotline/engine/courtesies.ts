import { cleaned } from './grams.ts';

/** Greetings, thanks and closing formulas say nothing about the matter, and everybody's are the same. */
export function withoutCourtesies(text: string): string {
  return cleaned(text).replace(courtesies, ' ');
}

/**
 * What is asked, without the words of asking and telling. Answers are written in another tone: there 怎么 and 我们家 are so
 * rare that by their rarity alone they would decide.
 */
export function askedOf(text: string): string {
  return withoutCourtesies(text).replace(askingWords, ' ');
}

const askingWords = new RegExp(
  [
    '请问(一下)?|想问(一下)?|问一下|咨询(一下)?|打听(一下)?|我想知道|想知道|麻烦(你|您|问)?|帮忙|到底|究竟|是不是|有没有|能不能|可不可以|能否|是否|可否',
    '怎么(办理|处理|解决|回事|样|办|弄|搞)?|怎样|如何|为什么|为啥|凭什么|什么时候|什么|啥子|啥|哪里|哪儿|哪个|哪些|谁|多久|多少|几时|好多',
    '我们(家|这里|这边|村)?|我家|你们|他们|她们|别人|别个|大家|自己|本人|我|你|您|他|她',
    '这个|那个|这些|那些|这样|那样|这里|那里|这边|那边|这种|现在|目前|已经|一直|还是|但是|可是|因为|所以|而且|就是|都是|不是|如果|虽然|结果|真的|觉得|天天|每次|好几次|多次|非常|特别|实在',
    '了|吗|呢|吧|啊|呀|嘛|哦|啦|的话',
  ].join('|'),
  'gu',
);

const courtesies = new RegExp(
  [
    '尊敬的[^,，。:：!！\\s]{0,8}(领导|书记|市长|县长|区长|局长|镇长|主任|网友|市民|先生|女士|来信人|群众|用户|家长|业主|居民|客户)(同志)?(们)?',
    '(各位|有关|相关|敬爱的?)领导',
    '[您你](们)?好',
    '感谢[您你][^。!！\\n]{0,24}(关注|关心|支持|理解|监督|信任|来信|反映|留言|配合)(与|和)?(支持|理解|监督|信任|配合)?',
    '(您|你)?(的)?(来信|来电|留言|诉求|信件)?(已)?收悉',
    '(现)?(将|就)?[^。,，\\n]{0,10}(回复|答复|回答)如下',
    '(特此|此)(回复|复|答复)',
    '(祝|顺祝)[您你]?[^。!！\\n]{0,10}(愉快|健康|顺利|安康)',
    '(恳请|希望|请|望|盼)(有关|相关)(部门|领导)[^。!！\\n]{0,12}(解决|处理|回复|答复|重视|关注|核实|调查)(一下)?',
    '(谢谢|非常感谢|万分感谢|感谢)(您|你|你们|领导)?',
  ].join('|'),
  'gu',
);
