import { useFormat } from '#web/kit/format-context.ts'
import { useWords } from '#web/i18n/words.ts'
import type { ExplainedEntry } from '#web/member/resources.ts'
import styles from './bookkeeping.module.css'

/** The entry as the ledger has it, for whoever checks the books. */
export function Bookkeeping({
  entry,
  unit,
}: {
  readonly entry: ExplainedEntry
  readonly unit: string
}) {
  const { t, word } = useWords()
  const format = useFormat()
  return (
    <details className={styles.details}>
      <summary className={styles.summary}>{t('books.title')}</summary>
      {entry.transfers.length === 0 ? (
        <p className={styles.none}>{t('books.none')}</p>
      ) : (
        <table className={styles.table}>
          <thead>
            <tr>
              <th scope="col">{t('books.debit')}</th>
              <th scope="col">{t('books.credit')}</th>
              <th scope="col">{t('books.lot')}</th>
              <th scope="col" className={styles.amount}>
                {t('books.amount')}
              </th>
            </tr>
          </thead>
          <tbody>
            {entry.transfers.map((each, line) => (
              <tr key={line}>
                <td>{word('accounts', each.debit)}</td>
                <td>{word('accounts', each.credit)}</td>
                <td>{lotsOf(each)}</td>
                <td className={styles.amount}>{format.amount(each.amount, unit)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      <p className={styles.hash}>
        {t('books.seq', { seq: entry.seq })}
        {entry.hash !== undefined && <> · {entry.hash}</>}
      </p>
    </details>
  )
}

function lotsOf({ lotId, toLotId }: ExplainedEntry['transfers'][number]): string {
  const lots = [lotId, toLotId].filter((lot) => lot !== undefined)
  return [...new Set(lots)].map((lot) => `#${lot}`).join(' → ')
}
