import type { JSX } from 'preact';
import type { OutputOf } from '../kernel/endpoint.ts';
import type { adviseWriting } from '../modules/hotline/contract.ts';
import { CommandForm } from './controls.tsx';
import type { FormBody } from './form-body.ts';
import type { Visit } from './visit.ts';

/** What the pages of asking have in common: what they carry along, what is shown first, the numbers at the end. */

type Advice = OutputOf<typeof adviseWriting>;

/** What the pages carry along. */
export const carried = [
  'class',
  'text',
  'town',
  'place',
  'occurred',
  'name',
  'phone',
  'hidden',
  'attachments',
  'acknowledged',
  'onBehalfOf',
] as const;

/** An answer, an open ticket or a number to dial: shown before anything more is asked. */
export function KnownAlready({
  visit,
  advice,
  form,
}: {
  visit: Visit;
  advice: Advice;
  form: FormBody;
}): JSX.Element | null {
  const { hints, knowledge, similar } = advice;
  if (hints.length + knowledge.length + similar.length === 0) return null;
  return (
    <section aria-labelledby="known" class="known">
      <h2 id="known">先看看这些</h2>
      {hints.map((hint) => (
        <div
          class={hint.kind === 'emergency' ? 'note bad' : 'note warn'}
          role={hint.kind === 'emergency' ? 'alert' : undefined}
        >
          <p>
            <b>
              {hint.name}
              {/^\d+$/.test(hint.channel) ? (
                <>
                  ：<a href={`tel:${hint.channel}`}>马上拨打 {hint.channel}</a>
                </>
              ) : (
                `：${hint.channel}`
              )}
            </b>
          </p>
          <p>{hint.text}</p>
        </div>
      ))}
      {knowledge.slice(0, 3).map((one) => (
        <details class="card">
          <summary>{one.title}</summary>
          <p class="told">{one.answer}</p>
          <p class="hint">
            {one.unitName}答复{one.sourceTitle !== '' && `，依据${one.sourceTitle}${one.sourceNo}`}
            {one.itemId !== '' && (
              <>
                ，<a href={`/guides/${one.itemId}`}>办事指南</a>
              </>
            )}
          </p>
          <CommandForm visit={visit} action="/ask/helped">
            <input type="hidden" name="entryId" value={one.entryId} />
            <p class="row">
              <button name="helpful" value="1">
                解决了，不用再提
              </button>{' '}
              <button name="helpful" value="0" class="quiet">
                没有回答我的问题
              </button>
            </p>
            <Carried form={form} except={[]} />
          </CommandForm>
        </details>
      ))}
      {similar.slice(0, 3).map((one) => (
        <div class="card">
          <p>
            <b>{one.title}</b> <span class="tag blue">{one.statusName}</span>
          </p>
          <p class="hint">
            {[one.className, one.townName, one.repeats > 0 ? `${one.repeats + 1} 个人反映` : '有人已经反映']
              .filter((words) => words !== '')
              .join('，')}
          </p>
          <CommandForm visit={visit} action="/ask/join">
            <input type="hidden" name="ticketId" value={one.ticketId} />
            <input type="hidden" name="text" value={form.text('text')} />
            <p>
              <button class="quiet">{one.probable ? '就是这件事，我也等结果' : '和我的一样，一起等结果'}</button>
            </p>
          </CommandForm>
        </div>
      ))}
      <p>都不是您要的，接着往下填。</p>
    </section>
  );
}

export function Carried({
  form,
  except,
}: {
  form: FormBody;
  except: readonly (typeof carried)[number][];
}): JSX.Element {
  const names = carried.filter((name) => !except.includes(name));
  return (
    <>{names.flatMap((name) => form.list(name).map((value) => <input type="hidden" name={name} value={value} />))}</>
  );
}

/** Each on its own line, large: they are copied by hand. */
export function Numbers({ no, code }: { no: string; code: string }): JSX.Element {
  return (
    <>
      <p>
        工单号 <b class="no">{no}</b>
      </p>
      {code !== '' && (
        <p>
          查询码 <b class="no">{code}</b>
        </p>
      )}
    </>
  );
}
