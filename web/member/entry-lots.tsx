import { useFormat } from '#web/kit/format-context.ts'
import { useWords } from '#web/i18n/words.ts'
import type { ExplainedEntry } from '#web/member/resources.ts'
import styles from './entry-lots.module.css'

type EntryLotsProps = { readonly entry: ExplainedEntry; readonly unit: string }

/** The lots an entry put into or drew on, with how much and until when each can be spent. */
export function EntryLots({ entry, unit }: EntryLotsProps) {
  const { t } = useWords()
  const format = useFormat()
  const isEarn = entry.kind === 'earn'
  if (entry.lots.length === 0) return null
  return (
    <section aria-labelledby="lots">
      <h3 id="lots" className={styles.title}>
        {t(isEarn ? 'lots.earned' : 'lots.touched')}
      </h3>
      <ul className={styles.lots}>
        {entry.lots.map((lot) => (
          <li key={lot.lotId} className={styles.lot}>
            <span>{expiryOf(lot)}</span>
            <span className={styles.amount}>
              {format.amount(lot.amount ?? movedIn(entry, lot.lotId), unit)}
            </span>
            {lot.ref !== undefined && !isEarn && (
              <span className={styles.ref}>{t('lots.from', { ref: lot.ref })}</span>
            )}
          </li>
        ))}
      </ul>
      {(entry.kind === 'spend' || entry.kind === 'hold') && entry.lots.length > 1 && (
        <p className={styles.words}>{t('lots.order')}</p>
      )}
    </section>
  )

  function expiryOf({
    lotId,
    expiresAt = entry.expiresAt,
  }: ExplainedEntry['lots'][number]): string {
    if (expiresAt === undefined) return t('lots.lot', { lotId })
    if (expiresAt === null) return t('lots.never')
    const deadline = format.deadline(expiresAt)
    return t(deadline.isDay ? 'lots.untilDay' : 'lots.until', { deadline: deadline.text })
  }
}

/** What the entry moved in a lot; what paid a debt there was moved before. */
function movedIn({ transfers }: ExplainedEntry, lotId: number): number {
  return transfers
    .filter((each) => each.lotId === lotId && each.credit !== 'debt')
    .reduce((sum, each) => sum + each.amount, 0)
}
