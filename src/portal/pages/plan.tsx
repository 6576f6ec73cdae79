import type { JSX } from 'preact';
import type { OutputOf } from '../../kernel/endpoint.ts';
import { chineseDate } from '../../kernel/time.ts';
import { publicProgress } from '../../modules/plans/contract.ts';
import { Bits } from '../controls.tsx';
import { showPage } from '../layout.tsx';
import type { Site } from '../site.ts';
import type { Answer, Visit } from '../visit.ts';

/** What the county promised for its business environment, who answers for it, and how far it has come. */
export function planPages(site: Site): void {
  site.page('/plan', showPlan);
}

type Progress = OutputOf<typeof publicProgress>;
type Measure = Progress['areas'][number]['measures'][number];
type Light = Measure['light'];

/** Said to everybody: plain words, a sign and a colour. */
const lights: Readonly<Record<Light, { name: string; sign: string; tone: string }>> = {
  red: { name: '落后了', sign: '◆', tone: 'red' },
  yellow: { name: '快到期或偏慢', sign: '▲', tone: 'yellow' },
  green: { name: '按计划进行', sign: '●', tone: 'green' },
  blue: { name: '还没有报进展', sign: '○', tone: 'blue' },
  grey: { name: '经批准暂停', sign: '‖', tone: 'paused' },
  done: { name: '做完了，已核验', sign: '✓', tone: 'done' },
};
const order = Object.keys(lights) as Light[];

async function showPlan(visit: Visit): Promise<Answer> {
  const asked = /^20\d\d$/.test(visit.query('year')) ? { year: visit.query('year') } : {};
  const { plan, years, counts, areas } = await visit.invoke(publicProgress, asked);
  return showPage(
    visit,
    { title: '优化营商环境做到哪一步' },
    <>
      <h1>优化营商环境做到哪一步</h1>
      <p>县里年初答应的每一件事，谁牵头、做到什么程度、目标达到没有，都在这里。</p>
      {years.length > 1 && (
        <nav aria-label="年度">
          <ul class="chips">
            {years.map((year) => (
              <li>
                <a href={`/plan?year=${year}`} aria-current={year === plan?.year ? 'true' : undefined}>
                  {year} 年
                </a>
              </li>
            ))}
          </ul>
        </nav>
      )}
      {plan === null ? (
        <p role="status">这一年还没有公布方案。</p>
      ) : (
        <>
          <h2>{plan.title}</h2>
          <Bits of={[plan.issuer, plan.documentNo, `共 ${plan.measures} 条措施`].filter((one) => one !== '')} />
          <ul class="plain">
            {order
              .filter((light) => (counts[light] ?? 0) > 0)
              .map((light) => (
                <li>
                  <LightTag light={light} /> {counts[light]} 条
                </li>
              ))}
          </ul>
          {areas.map((area) => (
            <section aria-labelledby={`area-${area.no ?? 'other'}`}>
              <h2 id={`area-${area.no ?? 'other'}`}>{area.name}</h2>
              <details>
                <summary>
                  {area.measures.length} 条措施：{wordsOf(area.measures)}
                </summary>
                <ul class="list">
                  {area.measures.map((measure) => (
                    <MeasureItem measure={measure} />
                  ))}
                </ul>
              </details>
            </section>
          ))}
          <p class="hint">
            “系统计算”的数由平台按实际办理情况算出来；“部门填报”的数由负责的部门报送、附材料，经核定才公布进度。没有数据的写“—”。
          </p>
        </>
      )}
    </>,
  );
}

function MeasureItem({ measure }: { measure: Measure }): JSX.Element {
  const { no, title, leads, light, progress, targets, deadline } = measure;
  return (
    <li>
      <h3>
        {no}. {title} <LightTag light={light} />
      </h3>
      <Bits
        of={[
          leads.length > 0 ? `牵头：${leads.map((unit) => unit.name).join('、')}` : '没有写明牵头单位',
          `进度 ${progress}%`,
          `${chineseDate(deadline)}前完成`,
        ]}
      />
      {targets.length > 0 && (
        <ul>
          {targets.map((target) => (
            <li>
              {target.text}：现为 {target.value}
              <span class="hint">（{target.how === 'computed' ? '系统计算' : '部门填报'}）</span>，
              {target.met === null ? '还不能判断' : target.met ? '达到了' : '没有达到'}
            </li>
          ))}
        </ul>
      )}
    </li>
  );
}

function LightTag({ light }: { light: Light }): JSX.Element {
  const { name, sign, tone } = lights[light];
  return (
    <span class={`tag ${tone}`} data-sign={sign}>
      {name}
    </span>
  );
}

function wordsOf(measures: readonly Measure[]): string {
  return order
    .map((light) => ({ light, count: measures.filter((one) => one.light === light).length }))
    .filter(({ count }) => count > 0)
    .map(({ light, count }) => `${lights[light].name} ${count}`)
    .join('，');
}
