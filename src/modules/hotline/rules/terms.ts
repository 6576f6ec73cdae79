import type { LegalBasis, TicketClass } from './transitions.ts';
import type { HotlineSettings, Matters } from './definition.ts';
import type { TicketFacts } from './ticket.ts';

export interface TicketTerms {
  reply: string;
  statutory: string | null;
  sign: string;
  extension: string;
  basis: LegalBasis;
  /** Where the number comes from, for people. */
  source: string;
}

/** The limits of a ticket by class, urgency and, where the law has its own, by matter. */
export function termsFor(
  facts: Pick<TicketFacts, 'class' | 'urgency' | 'matter' | 'enterprise'>,
  settings: HotlineSettings,
  matters: Matters,
): TicketTerms {
  const own = settings.terms.find((one) => one.class === facts.class);
  if (own === undefined) throw new Error(`no term for class ${facts.class}`);
  const extension = own.extension.value;
  const sign = facts.urgency === 'urgent' ? settings.sign.urgentTerm.value : settings.sign.term.value;
  const matter = matters.find(({ id }) => id === facts.matter);
  if (matter !== undefined) {
    return {
      reply: matter.term,
      statutory: matter.term,
      sign: matter.acceptTerm,
      extension,
      basis: matter.basis,
      source: matter.source,
    };
  }
  const basis = { title: '本县热线办理规则', article: '' };
  if (facts.enterprise && facts.urgency === 'normal' && facts.class === 'help') {
    const { value, source } = settings.enterprise.hardTerm;
    return { reply: value, statutory: null, sign, extension, basis, source };
  }
  const limit = facts.urgency === 'urgent' ? own.urgent : own.normal;
  return {
    reply: limit.value,
    statutory: own.statutory?.value ?? null,
    sign,
    extension,
    basis,
    source: limit.source,
  };
}

/** A relabelling that makes the matter smaller than the person meant it needs the person. */
export function needsAgreement(from: TicketClass, to: TicketClass): boolean {
  const weight: Record<TicketClass, number> = { report: 3, complaint: 3, help: 2, advice: 1, question: 1, praise: 0 };
  return weight[to] < weight[from];
}
