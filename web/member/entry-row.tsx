import { Link } from '@tanstack/react-router'
import { Icon } from '#web/kit/icon.tsx'
import { useFormat } from '#web/kit/format-context.ts'
import { useWords } from '#web/i18n/words.ts'
import { EntryIcon } from '#web/member/entry-icon.tsx'
import { EntryKind } from '#web/member/entry-kind.tsx'
import type { Entry, Wallet } from '#web/member/resources.ts'
import styles from './entry-row.module.css'

type EntryRowProps = { readonly entry: Entry; readonly wallet: Wallet }

/** One entry, which opens its explanation. A refused one is there, but quietly. */
export function EntryRow({ entry, wallet }: EntryRowProps) {
  const { t } = useWords()
  const format = useFormat()
  const origin = [
    entry.orderId !== undefined ? t('entries.order', { order: entry.orderId }) : undefined,
    entry.shop,
  ].filter((each) => each !== undefined)
  return (
    <Link
      to="/member/entries/$program/$unit/$seq"
      params={{ program: wallet.program, unit: wallet.unit, seq: String(entry.seq) }}
      state={{ isFromList: true }}
      className={styles.row}
    >
      <EntryIcon entry={entry} />
      <span className={entry.outcome === 'refused' ? styles.refused : styles.kind}>
        <EntryKind entry={entry} />
      </span>
      <Figure entry={entry} unit={wallet.unit} />
      <span className={styles.time}>{format.shortTime(entry.bookedAt)}</span>
      {origin.length > 0 && <span className={styles.origin}>{origin.join(' · ')}</span>}
      <span className={styles.after}>
        {t('entries.after', { amount: format.amount(entry.after.available, wallet.unit) })}
      </span>
      <span className={styles.chevron}>
        <Icon name="chevron" />
      </span>
    </Link>
  )
}

/** What the entry changed; an amount that only moved within the wallet has no sign. */
function Figure({ entry, unit }: { readonly entry: Entry; readonly unit: string }) {
  const format = useFormat()
  const amount = format.amount(entry.amount, unit)
  if (entry.outcome === 'refused') return <s className={styles.figure}>{amount}</s>
  if (entry.change === 0) return <span className={styles.figure}>{amount}</span>
  return (
    <span className={`${styles.figure} ${entry.change > 0 ? styles.gain : styles.loss}`}>
      {format.change(entry.change, unit)}
    </span>
  )
}
