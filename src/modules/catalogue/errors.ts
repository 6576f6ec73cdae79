import type { ErrorTable } from '../../kernel/errors.ts';

export const catalogueErrors = {
  SERVICE_NOT_FOUND: { status: 404, zh: '没有找到这个办理事项，可能已经停办或改了名称，请重新搜索。' },
  VERSION_NOT_FOUND: { status: 404, zh: '没有找到“{name}”的第 {version} 版。' },
  DRAFT_CHANGED: { status: 409, zh: '这份草稿刚被{by}改过，请刷新后再保存，免得互相覆盖。' },
  NOT_A_DRAFT: { status: 409, zh: '第 {version} 版现在是“{state}”，只有草稿才能送审。' },
  NOT_IN_REVIEW: { status: 409, zh: '第 {version} 版现在是“{state}”，送审后才能发布。' },
  SAME_PERSON: { status: 409, zh: '编写和发布要由两个人分别办。您编写了这一版，请另一位管理员审核发布。' },
  CONSTRAINTS_BROKEN: { status: 422, zh: '还有 {count} 处不符合编制规则，改好后才能继续。' },
  VALID_FROM_PAST: { status: 409, zh: '生效日期不能早于今天（{today}）。' },
  USED_BY_BUNDLE: { status: 409, zh: '“{bundle}”里还包含这个事项，请先修改一件事再撤下它。' },
  ALREADY_WITHDRAWN: { status: 409, zh: '第 {version} 版已经撤下了。' },
  ID_TAKEN: { status: 409, zh: '标识“{id}”已经被别的事项或一件事使用，请换一个。' },
  SYNONYM_NOT_FOUND: { status: 404, zh: '没有找到这组同义词，可能已被删除。' },
  ITEM_LIST_UNREADABLE: { status: 422, zh: '读不懂这个文件：{reason}' },
} as const satisfies ErrorTable;
