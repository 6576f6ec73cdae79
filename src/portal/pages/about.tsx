import { AppError } from '../../kernel/errors.ts';
import { problemFor, sendProblem } from '../../kernel/serve.ts';
import { showPage } from '../layout.tsx';
import { goTo, type Site } from '../site.ts';
import { elderCookie, localPath } from '../visit.ts';

/** How the site is: elder mode, accessibility, privacy; and the page for addresses that lead nowhere. */
export function aboutPages(site: Site): void {
  site.page('/elder', async (visit) => {
    const secure = site.platform.services.publicUrl.startsWith('https:');
    const attributes = { path: '/', httpOnly: true, sameSite: 'lax', secure } as const;
    if (visit.query('on') === '1') visit.reply.setCookie(elderCookie, '1', { ...attributes, maxAge: 31_536_000 });
    else visit.reply.clearCookie(elderCookie, attributes);
    return goTo(localPath(visit.query('back'), '/'));
  });

  site.page('/accessibility', async (visit) =>
    showPage(
      visit,
      { title: '无障碍说明' },
      <>
        <h1>无障碍说明</h1>
        <p>这个网站按《Web 内容无障碍指南》（WCAG 2.2）AA 级来做，目标是每个人都能自己办事。</p>
        <ul>
          <li>只用键盘就能办完所有的事；按 Tab 键，第一个链接是“跳到正文”。</li>
          <li>读屏软件能读出每个输入框的名称、说明和错误；出错时页面最上面会列出要改的地方。</li>
          <li>关掉 JavaScript、放大到 400%、用小屏幕手机，都能用。</li>
          <li>不只靠颜色表示意思：进度的红黄绿都配有形状和文字。</li>
          <li>
            点右上角“<a href="/elder?on=1&back=/accessibility">长辈版</a>”，字更大、对比更强、内容更少。
          </li>
        </ul>
        <h2>还做得不够的地方</h2>
        <ul>
          <li>流程图是图片，放大后可以左右拖动；旁边有同样内容的文字步骤。</li>
          <li>各单位上传的结果文件可能是扫描件，读屏软件读不出来。需要文字版请打 12345。</li>
          <li>我们没有手语视频，也还没有做少数民族语言版本。</li>
        </ul>
        <h2>用起来有困难</h2>
        <p>
          请打 <a href="tel:12345">12345</a>，或到政务服务大厅找综合窗口，工作人员可以帮您填、帮您交。
        </p>
      </>,
    ),
  );

  site.page('/privacy', async (visit) =>
    showPage(
      visit,
      { title: '隐私说明' },
      <>
        <h1>隐私说明</h1>
        <h2>我们记什么</h2>
        <ul>
          <li>您注册和申请时填的内容、上传的材料，只用来办您申请的事，每个部门只看得到自己要办的那部分。</li>
          <li>身份证号、手机号、住址加密保存，在列表里只显示几位。</li>
          <li>谁在什么时候看过您的个人信息，系统都记在不能涂改的日志里。</li>
        </ul>
        <h2>我们不做什么</h2>
        <ul>
          <li>不放广告，不用别家的统计和跟踪程序，不把您的信息给别人做买卖。</li>
        </ul>
        <h2>存在您手机或电脑上的小文件（Cookie）</h2>
        <ul>
          <li>登录以后的通行证，退出就清除；</li>
          <li>防止别的网站冒充您提交的校验码；</li>
          <li>您选了长辈版，就记一个“长辈版”，最长一年。</li>
        </ul>
        <h2>您的权利</h2>
        <p>
          依据《中华人民共和国个人信息保护法》，您可以查看、更正自己的信息（<a href="/me">我的资料</a>
          ），也可以要求说明处理规则。要删除账号或投诉，请打 <a href="tel:12345">12345</a>{' '}
          或到政务服务大厅。办件档案按档案管理规定保存，到期前不能删。
        </p>
      </>,
    ),
  );

  site.http.get('/*', async (request, reply) => {
    const problem = problemFor(new AppError('NOT_FOUND'), site.platform.errors, request.id);
    if (/^\/(api|workbench|assets)(\/|$)/.test(request.url)) return sendProblem(reply, problem);
    throw new AppError('NOT_FOUND');
  });
}
