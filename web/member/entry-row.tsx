import { Link } from '@tanstack/react-router'
import { Icon } from '#web/kit/icon.tsx'
import { useFormat } from '#web/kit/format-context.ts'
import { useWords } from '#web/i18n/words.ts'
import { EntryIcon } from '#web/member/entry-icon.tsx'
import type { Entry, Wallet } from '#web/member/resources.ts'
import styles from './entry-row.module.css'

type EntryRowProps = { readonly entry: Entry; readonly wallet: Wallet }

/** One entry, which opens its explanation. A refused one is there, but quietly. */
export function EntryRow({ entry, wallet }: EntryRowProps) {
  const { t, word } = useWords()
  const format = useFormat()
  const isRefused = entry.outcome === 'refused'
  const about = [
    format.shortTime(entry.bookedAt),
    entry.orderId != null ? t('entries.order', { order: entry.orderId }) : undefined,
    entry.shop ?? undefined,
  ].filter((each) => each !== undefined)
  return (
    <Link
      to="/member/entries/$program/$unit/$seq"
      params={{ program: wallet.program, unit: wallet.unit, seq: String(entry.seq) }}
      state={{ isFromList: true }}
      className={styles.row}
    >
      <EntryIcon entry={entry} />
      <span className={styles.words}>
        <span className={isRefused ? styles.quiet : styles.kind}>
          {isRefused
            ? t('entries.refused', { kind: word('kinds', entry.kind) })
            : word('kinds', entry.kind)}
        </span>
        <span className={styles.about}>{about.join(' · ')}</span>
      </span>
      <span className={styles.figures}>
        <Figure entry={entry} unit={wallet.unit} />
        <span className={styles.after}>
          {t('entries.after', { amount: format.amount(entry.after.available, wallet.unit) })}
        </span>
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
  if (entry.outcome === 'refused' || entry.change === 0) {
    return <span className={styles.quiet}>{format.amount(entry.amount, unit)}</span>
  }
  const look = entry.change > 0 ? styles.gain : styles.loss
  return <span className={look}>{format.change(entry.change, unit)}</span>
}
