import type { Problem } from '../../kernel/call.ts';
import { showPage } from '../layout.tsx';
import type { Answer, Visit } from '../visit.ts';

/** A page for what no form can answer: says what happened and what to do next, never anything of the inside. */
export function showProblem(visit: Visit, problem: Problem): Answer {
  const advice = adviceFor(problem);
  if (visit.request.method === 'GET' && problem.status === 429) visit.reply.header('retry-after', '60');
  return showPage(
    visit,
    { title: advice.title, status: problem.status },
    <>
      <h1>{advice.title}</h1>
      <p>{problem.detail}</p>
      {problem.issues.length > 0 && (
        <ul>
          {problem.issues.map((issue) => (
            <li>{issue.message}</li>
          ))}
        </ul>
      )}
      <h2>接下来可以</h2>
      <ul>
        {advice.next.map(([text, href]) => (
          <li>
            <a href={href}>{text}</a>
          </li>
        ))}
        <li>
          打电话问 <a href="tel:12345">12345</a>
        </li>
      </ul>
      {problem.status >= 500 && (
        <p class="hint">
          反映问题时请报这个编号：<code>{problem.requestId}</code>
        </p>
      )}
    </>,
  );
}

type Advice = { title: string; next: readonly (readonly [string, string])[] };

function adviceFor({ status, code }: Problem): Advice {
  const home = ['回首页', '/'] as const;
  if (code === 'CSRF_REJECTED')
    return {
      title: '这一页已经过期',
      next: [
        ['回首页重新打开那一页', '/'],
        ['重新登录', '/sign-in'],
      ],
    };
  if (code === 'DATABASE_UNAVAILABLE') return { title: '系统暂时不可用', next: [['过几分钟再试', '/']] };
  if (status === 404)
    return { title: '没有找到这一页', next: [['搜索要办的事', '/search'], ['看看全部服务', '/services'], home] };
  if (status === 403) return { title: '您不能看这一页', next: [['换一个账号登录', '/sign-in'], home] };
  if (status === 409) return { title: '现在不能这样办', next: [['看我的办件', '/my'], home] };
  if (status === 413 || status === 415) return { title: '文件不能上传', next: [['回到我的办件重新上传', '/my'], home] };
  if (status === 429) return { title: '操作太频繁', next: [['过一分钟再试', '/'], home] };
  if (status < 500) return { title: '提交的内容有误', next: [['回我的办件', '/my'], home] };
  return { title: '系统出了问题', next: [['过一会儿再试', '/'], home] };
}
