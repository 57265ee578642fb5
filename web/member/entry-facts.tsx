import { useFormat } from '#web/kit/format-context.ts'
import { useWords } from '#web/i18n/words.ts'
import type { Cause } from '#web/member/cause.ts'
import type { ExplainedEntry } from '#web/member/resources.ts'
import styles from './entry-facts.module.css'

type EntryFactsProps = {
  readonly entry: ExplainedEntry
  readonly cause: Cause | undefined
  readonly unit: string
}

/** Where an entry is from: order, shop, times, reference, and the versions of the rules it used. */
export function EntryFacts({ entry, cause, unit }: EntryFactsProps) {
  const { t, word } = useWords()
  const format = useFormat()
  // What was asked through the API has a reason and an actor, and no event before it.
  const type = cause?.type
  const facts = {
    after: format.amount(entry.after.available, unit),
    order: entry.orderId ?? cause?.orderId,
    shop: entry.shop ?? cause?.shopId,
    event: type === undefined || type === 'api' ? undefined : word('causes', type),
    reason: cause?.reason,
    occurred: format.exactTime(entry.occurredAt),
    booked: entry.bookedAt === entry.occurredAt ? undefined : format.exactTime(entry.bookedAt),
    ref: entry.ref,
    of: entry.of,
    policies: entry.policies.length === 0 ? undefined : entry.policies.join(', '),
    actor: entry.actor,
  } as const
  const known = Object.entries(facts).filter(([, fact]) => fact !== undefined && fact !== '')
  return (
    <section aria-labelledby="facts">
      <h3 id="facts" className={styles.title}>
        {t('facts.title')}
      </h3>
      <dl className={styles.facts}>
        {known.map(([name, fact]) => (
          <div key={name} className={styles.fact}>
            <dt className={styles.name}>{t(`facts.${name as keyof typeof facts}`)}</dt>
            <dd className={styles.value}>{fact}</dd>
          </div>
        ))}
      </dl>
    </section>
  )
}
