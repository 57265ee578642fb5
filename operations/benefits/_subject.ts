import type { Reader } from '#db/connection.ts'
import { isLiveViewKnown } from '#db/benefits/subjects.ts'
import { ordersByIds } from '#db/orders.ts'
import { subjectsOf, type BenefitSetting } from '#rules/benefits/decide-benefit.ts'
import type { BenefitTerms } from '#rules/benefits/definition.ts'
import type { Subject } from '#rules/benefits/periods.ts'

export type SubjectRefusal =
  'benefits/subject-missing' | 'benefits/unknown-subject' | 'benefits/excluded-category'

/**
 * Checks what a claim says that it is for (BF-4): an order of the member that is paid, not closed and not
 * wholly refunded, a live view that was told. Gives the category to decide by: of an order that of the first line that
 * fits, else that of its first line.
 */
export async function subjectCategory(
  db: Reader,
  terms: BenefitTerms,
  request: {
    readonly memberId: string
    readonly subject?: Subject | undefined
    readonly category?: string | undefined
  },
  setting: BenefitSetting,
): Promise<
  | { readonly ok: true; readonly category: string | undefined }
  | { readonly ok: false; readonly refusal: SubjectRefusal }
> {
  const { memberId, subject, category } = request
  const kinds = subjectsOf(terms)
  if (subject === undefined) {
    if (kinds.length > 0) return { ok: false, refusal: 'benefits/subject-missing' }
    return { ok: true, category }
  }
  if (kinds.length > 0 && !kinds.includes(subject.kind)) {
    return { ok: false, refusal: 'benefits/subject-missing' }
  }
  if (subject.kind === 'liveView') {
    const isKnown = await isLiveViewKnown(db, memberId, subject.id)
    return isKnown ? { ok: true, category } : { ok: false, refusal: 'benefits/unknown-subject' }
  }

  const [found] = await ordersByIds(db, [{ memberId, orderId: subject.id }])
  const order = found?.order
  if (order === undefined || order.paidAt === null || order.closedAt !== null) {
    return { ok: false, refusal: 'benefits/unknown-subject' }
  }
  if (order.lines.every((line) => line.refundedFen >= line.paidFen)) {
    return { ok: false, refusal: 'benefits/unknown-subject' }
  }
  const categories = order.lines.map((line) => line.category)
  if (category !== undefined) {
    if (categories.includes(category)) return { ok: true, category }
    return { ok: false, refusal: 'benefits/unknown-subject' }
  }
  const excluded = [...terms.excludedCategories, ...setting.excludedCategories]
  const { category: wanted } = terms
  const fitting = categories.find(
    (each) => (wanted === undefined || each === wanted) && !excluded.includes(each),
  )
  return { ok: true, category: fitting ?? categories[0] }
}
