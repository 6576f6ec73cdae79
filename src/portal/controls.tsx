import { randomUUID } from 'node:crypto';
import type { ComponentChildren, JSX } from 'preact';
import type { Problem } from '../kernel/call.ts';
import type { Issue } from '../kernel/errors.ts';
import { lightNames, lightSigns, texts } from './texts.ts';
import type { Visit } from './visit.ts';

/** The parts that forms and lists are made of. Labels, hints and faults are tied to their controls here, once. */

export function CsrfField({ visit }: { visit: Visit }): JSX.Element {
  return <input type="hidden" name="csrf" value={visit.csrf()} />;
}

/** A form that changes something: with the visitor's token and, made with the page, the key that makes a double click one. */
export function CommandForm(props: {
  visit: Visit;
  action: string;
  upload?: boolean;
  children: ComponentChildren;
  class?: string | undefined;
}): JSX.Element {
  return (
    <form
      method="post"
      action={props.action}
      enctype={props.upload ? 'multipart/form-data' : undefined}
      class={props.class}
      novalidate
    >
      <CsrfField visit={props.visit} />
      <input type="hidden" name="idempotencyKey" value={randomUUID()} />
      {props.children}
    </form>
  );
}

/** What is wrong, at the top, each line leading to its place. `href` says where an issue's control is. */
export function ErrorSummary({
  problem,
  href,
}: {
  problem: Problem | null;
  href?: (issue: Issue) => string | null;
}): JSX.Element | null {
  if (problem === null) return null;
  const target = href ?? ((issue: Issue) => `#${idOf(issue.path.split('/').at(-1) ?? '')}`);
  return (
    <div class="alert" role="alert" tabindex={-1}>
      <h2>{problem.issues.length > 0 ? texts.problem : '没有办成'}</h2>
      {problem.issues.length === 0 ? (
        <p>{problem.detail}</p>
      ) : (
        <ul>
          {problem.issues.map((issue) => {
            const to = target(issue);
            return <li>{to === null ? issue.message : <a href={to}>{issue.message}</a>}</li>;
          })}
        </ul>
      )}
    </div>
  );
}

export function faultOf(problem: Problem | null, name: string): string | undefined {
  return problem?.issues.find((issue) => issue.path.split('/').at(-1) === name)?.message;
}

export function idOf(name: string): string {
  return `f-${name}`;
}

export interface FieldFacts {
  name: string;
  /** When several forms on one page have a field of this name. */
  id?: string;
  label: string;
  hint?: ComponentChildren;
  fault?: string | undefined;
  optional?: boolean;
}

/** One question with one control; `render` gets what ties them together. */
export function Field(props: FieldFacts & { children: (tie: ControlTie) => JSX.Element }): JSX.Element {
  const { name, label, hint, fault, optional } = props;
  const id = idOf(props.id ?? name);
  const described = [hint ? `${id}-hint` : '', fault ? `${id}-fault` : ''].filter((one) => one !== '').join(' ');
  return (
    <div class={fault ? 'field wrong' : 'field'}>
      <label for={id}>
        {label}
        {optional && `（${texts.optional}）`}
      </label>
      {hint && (
        <p class="hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
      <Fault id={id} text={fault} />
      {props.children({
        id,
        name,
        'aria-describedby': described === '' ? undefined : described,
        'aria-invalid': fault ? 'true' : undefined,
        'aria-required': optional ? undefined : 'true',
      })}
    </div>
  );
}

export interface ControlTie {
  id: string;
  name: string;
  'aria-describedby': string | undefined;
  'aria-invalid': 'true' | undefined;
  'aria-required': 'true' | undefined;
}

export function TextField(
  props: FieldFacts & {
    value?: string;
    type?: 'text' | 'password' | 'tel' | 'email' | 'date' | 'search';
    autocomplete?: string;
    inputmode?: 'numeric' | 'decimal' | 'tel';
    width?: 'w4' | 'w10' | 'w20';
    maxlength?: number;
  },
): JSX.Element {
  return (
    <Field {...props}>
      {(tie) => (
        <input
          {...tie}
          type={props.type ?? 'text'}
          value={props.value}
          autocomplete={props.autocomplete}
          inputmode={props.inputmode}
          maxlength={props.maxlength}
          class={props.width}
          spellcheck={false}
        />
      )}
    </Field>
  );
}

export function LongTextField(props: FieldFacts & { value?: string; rows?: number; maxlength?: number }): JSX.Element {
  return (
    <Field {...props}>
      {(tie) => (
        <textarea {...tie} rows={props.rows ?? 4} maxlength={props.maxlength}>
          {props.value}
        </textarea>
      )}
    </Field>
  );
}

export function SelectField(props: FieldFacts & { value?: string; options: readonly Option[] }): JSX.Element {
  return (
    <Field {...props}>
      {(tie) => (
        <select {...tie} class="w20">
          <option value="">请选择</option>
          {props.options.map((option) => (
            <option value={option.value} selected={option.value === props.value}>
              {option.label}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}

export interface Option {
  value: string;
  label: string;
  hint?: string;
}

/** Radio buttons or, with `many`, check boxes: one group, its question the legend. The first control is where a fault leads. */
export function ChoiceField(
  props: FieldFacts & { options: readonly Option[]; chosen: readonly string[]; many?: boolean },
): JSX.Element {
  const { name, label, hint, fault, optional, options, chosen, many } = props;
  const id = idOf(props.id ?? name);
  const described = [hint ? `${id}-hint` : '', fault ? `${id}-fault` : ''].filter((one) => one !== '').join(' ');
  return (
    <fieldset class={fault ? 'field wrong' : 'field'} aria-describedby={described === '' ? undefined : described}>
      <legend>
        {label}
        {optional && `（${texts.optional}）`}
      </legend>
      {hint && (
        <p class="hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
      <Fault id={id} text={fault} />
      {options.map((option, position) => (
        <label class="pick">
          <input
            type={many ? 'checkbox' : 'radio'}
            id={position === 0 ? id : `${id}-${option.value}`}
            name={name}
            value={option.value}
            checked={chosen.includes(option.value)}
          />
          <span>
            {option.label}
            {option.hint && <span class="hint">{option.hint}</span>}
          </span>
        </label>
      ))}
    </fieldset>
  );
}

function Fault({ id, text }: { id: string; text: string | undefined }): JSX.Element | null {
  if (!text) return null;
  return (
    <p class="fault" id={`${id}-fault`} data-sign="×">
      {text}
    </p>
  );
}

/** Short particulars in one line; a line that is too short breaks between them, never inside. */
export function Bits({ of }: { of: readonly ComponentChildren[] }): JSX.Element {
  return (
    <p class="hint bits">
      {of.map((one) => (
        <>
          <span>{one}</span>{' '}
        </>
      ))}
    </p>
  );
}

export function Facts({ rows }: { rows: readonly (readonly [string, ComponentChildren])[] }): JSX.Element | null {
  const filled = rows.filter(([, value]) => value !== '' && value !== null && value !== undefined && value !== false);
  if (filled.length === 0) return null;
  return (
    <dl class="facts">
      {filled.map(([name, value]) => (
        <div>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

/** Colour, shape and words: none of them alone. */
export function LightTag({ light }: { light: string | null }): JSX.Element | null {
  if (light === null) return null;
  return (
    <span class={`tag ${light}`} data-sign={lightSigns[light]}>
      {lightNames[light] ?? light}
    </span>
  );
}

/** `?q=…&page=2`: keeps what was asked and turns the page. */
export function Pager({
  path,
  query,
  page,
  size,
  total,
}: {
  path: string;
  query: Record<string, string>;
  page: number;
  size: number;
  total: number;
}): JSX.Element | null {
  const pages = Math.max(1, Math.ceil(total / size));
  if (pages === 1) return null;
  const to = (number: number) => hrefWith(path, { ...query, page: number === 1 ? '' : String(number) });
  return (
    <nav class="pager" aria-label="翻页">
      {page > 1 && (
        <a href={to(page - 1)} rel="prev">
          ‹ 上一页
        </a>
      )}
      <span>
        第 {page} 页，共 {pages} 页
      </span>
      {page < pages && (
        <a href={to(page + 1)} rel="next">
          下一页 ›
        </a>
      )}
    </nav>
  );
}

export function hrefWith(path: string, query: Readonly<Record<string, string>>): string {
  const filled = Object.entries(query).filter(([, value]) => value !== '');
  return filled.length === 0 ? path : `${path}?${new URLSearchParams(filled).toString()}`;
}

/** A page number from an address that anyone may have typed. */
export function pageNumber(text: string): number {
  return /^[1-9]\d{0,3}$/.test(text) ? Number(text) : 1;
}
