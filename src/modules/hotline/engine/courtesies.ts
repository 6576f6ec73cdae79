import { cleaned } from './grams.ts';

/** Greetings, thanks and closing formulas say nothing about the matter, and everybody's are the same. */
export function withoutCourtesies(text: string): string {
  return cleaned(text).replace(courtesies, ' ');
}

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
