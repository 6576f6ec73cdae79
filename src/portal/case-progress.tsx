import type { ComponentChildren, JSX } from 'preact';
import type { OutputOf } from '../kernel/endpoint.ts';
import { chineseDate, chineseDateTime } from '../kernel/time.ts';
import type { trackCase } from '../modules/cases/contract.ts';
import { Facts, LightTag } from './controls.tsx';

export type CaseProgress = OutputOf<typeof trackCase>['cases'][number];

/** One case like a parcel: where it is, who holds it, how long it may still take, and why if it stands still. */
export function CaseSection({
  progress,
  children,
}: {
  progress: CaseProgress;
  children?: ComponentChildren;
}): JSX.Element {
  const id = `case-${progress.caseId}`;
  return (
    <section class="card" aria-labelledby={id}>
      <h2 id={id}>
        {progress.itemName} <span class={`tag ${toneOf(progress.status)}`}>{progress.statusName}</span>
      </h2>
      <Paused progress={progress} />
      <Outcome progress={progress} />
      <Facts
        rows={[
          ['现在谁在办', progress.outcome === null ? <Holders progress={progress} /> : ''],
          ['到什么时候', progress.outcome === null && progress.dueText !== '' ? <Due progress={progress} /> : ''],
          ['承办单位', progress.unitName],
          ['办件编号', progress.no],
        ]}
      />
      {children}
      <details>
        <summary>每一步的经过（{progress.history.length} 条）</summary>
        <ol class="line">
          {progress.history.map((line, position) => (
            <li class={position === progress.history.length - 1 ? 'now' : undefined}>
              <p>
                <b>{line.what}</b>
              </p>
              <p class="hint">
                {chineseDateTime(line.at)}　{line.who}
              </p>
              {line.note !== '' && <p>{line.note}</p>}
              {line.basis !== '' && <p class="hint">依据：{line.basis}</p>}
            </li>
          ))}
        </ol>
      </details>
      {progress.steps.length > 0 && progress.acceptedAt !== null && <Steps progress={progress} />}
    </section>
  );
}

function toneOf(status: CaseProgress['status']): string {
  return {
    granted: 'green',
    refused: 'red',
    declined: 'red',
    correcting: 'red',
    suspended: 'yellow',
    accepted: 'blue',
    filed: 'blue',
    waiting: '',
    withdrawn: '',
  }[status];
}

function Holders({ progress }: { progress: CaseProgress }): JSX.Element {
  if (progress.holders.length === 0) return <>等下一步开始</>;
  return (
    <>
      {progress.holders.map((holder) => (
        <div>
          {holder.kind === 'applicant' ? (
            <>
              <b>您自己</b>：{holder.what}
            </>
          ) : holder.kind === 'earlier' ? (
            <>
              {holder.what}：{holder.name}
            </>
          ) : (
            <>
              {holder.name}：{holder.what}
            </>
          )}
          <span class="hint">从 {chineseDateTime(holder.since)} 起</span>
        </div>
      ))}
    </>
  );
}

function Due({ progress }: { progress: CaseProgress }): JSX.Element {
  const left = progress.daysLeft;
  const words =
    left === null
      ? ''
      : left > 0
        ? `，还剩 ${left} 个工作日`
        : left === 0
          ? '，就是今天'
          : `，已经超过 ${-left} 个工作日`;
  return (
    <>
      {progress.dueText}
      {words} <LightTag light={progress.light} />
      <span class="hint">
        承诺 {progress.promisedTerm}
        {progress.statutoryTerm !== progress.promisedTerm && `，法定 ${progress.statutoryTerm}`}
      </span>
      {progress.light === 'red' && <span class="hint">超期了，您可以打 12345 催办或投诉。</span>}
    </>
  );
}

function Paused({ progress }: { progress: CaseProgress }): JSX.Element | null {
  const { paused } = progress;
  if (paused === null) return null;
  return (
    <div class="note warn">
      <p>
        <b>办理时间暂停计算：{paused.ground}</b>
      </p>
      <p>
        从 {chineseDateTime(paused.since)} 起，计划到 {chineseDate(paused.plannedUntil)}。告知书：{paused.noticeNo}
        。到了计划的日子还没恢复，时间自动接着算。
      </p>
      <p class="hint">依据：{paused.basis}</p>
    </div>
  );
}

function Outcome({ progress }: { progress: CaseProgress }): JSX.Element | null {
  const { outcome } = progress;
  if (outcome === null) return null;
  const isGood = outcome.kind === 'granted';
  return (
    <div class={isGood ? 'note' : 'note warn'}>
      <p>
        <b>
          {isGood ? `✓ 办好了：${progress.resultName}` : progress.statusName}
          {outcome.documentNo !== '' && `（${outcome.documentNo}）`}
        </b>
        ，{chineseDateTime(outcome.at)}
      </p>
      {outcome.reason !== '' && <p>理由：{outcome.reason}</p>}
      {!isGood && progress.status !== 'withdrawn' && (
        <p>
          依据：{outcome.basis.title}
          {outcome.basis.article}
        </p>
      )}
      {outcome.remedy !== '' && <p>不服怎么办：{outcome.remedy}</p>}
    </div>
  );
}

const stepWords = { waiting: '还没开始', open: '正在办', done: '已办完', cancelled: '不用办了' } as const;

function Steps({ progress }: { progress: CaseProgress }): JSX.Element {
  return (
    <details>
      <summary>
        {progress.outcome === null ? '还要过哪几关' : '过了哪几关'}（{progress.steps.length} 个环节）
      </summary>
      <ol class="line">
        {progress.steps.map((step) => (
          <li class={step.status === 'open' ? 'now' : undefined}>
            <p>
              <b>{step.name}</b>，{step.unitName}，{stepWords[step.status]}{' '}
              {step.status === 'open' && <LightTag light={step.light} />}
            </p>
            {step.status === 'open' && step.dueOn !== null && <p class="hint">{chineseDate(step.dueOn)}前办完</p>}
            {step.doneAt !== null && <p class="hint">{chineseDateTime(step.doneAt)}</p>}
          </li>
        ))}
      </ol>
    </details>
  );
}
