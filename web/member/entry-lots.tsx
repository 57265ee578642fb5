import { useFormat } from '#web/kit/format-context.ts'
import { useWords } from '#web/i18n/words.ts'
import type { ExplainedEntry } from '#web/member/resources.ts'
import styles from './entry-lots.module.css'

/** The lots an entry put into or drew on, with how much and until when each can be spent. */
export function EntryLots({
  entry,
  unit,
}: {
  readonly entry: ExplainedEntry
  readonly unit: string
}) {
  const { t } = useWords()
  const format = useFormat()
  const touched = entry.lots
    .map((lot) => ({ ...lot, moved: movedIn(entry, lot.lotId) }))
    .filter((lot) => lot.moved > 0)
  if (touched.length === 0) return null
  return (
    <section aria-labelledby="lots">
      <h3 id="lots" className={styles.title}>
        {t(entry.kind === 'earn' ? 'lots.earned' : 'lots.touched')}
      </h3>
      <ul className={styles.lots}>
        {touched.map((lot) => (
          <li key={lot.lotId} className={styles.lot}>
            <span>{lot.expiresAt === undefined ? t('lots.never') : expiry(lot.expiresAt)}</span>
            <span className={styles.amount}>{format.amount(lot.moved, unit)}</span>
            {lot.ref !== undefined && entry.kind !== 'earn' && (
              <span className={styles.ref}>{t('lots.from', { ref: lot.ref })}</span>
            )}
          </li>
        ))}
      </ul>
      {(entry.kind === 'spend' || entry.kind === 'hold') && touched.length > 1 && (
        <p className={styles.words}>{t('lots.order')}</p>
      )}
    </section>
  )

  function expiry(instant: string): string {
    const deadline = format.deadline(instant)
    return t(deadline.isDay ? 'lots.untilDay' : 'lots.until', { deadline: deadline.text })
  }
}

/** What the entry moved in a lot; what paid a debt there was moved before. */
function movedIn({ transfers }: ExplainedEntry, lotId: number): number {
  return transfers
    .filter((each) => each.lotId === lotId && each.credit !== 'debt')
    .reduce((sum, each) => sum + each.amount, 0)
}
