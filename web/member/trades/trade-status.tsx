import { useWords } from '#web/i18n/words.ts'
import styles from './trade-status.module.css'

const looks: Readonly<Record<string, string | undefined>> = {
  placed: styles.waiting,
  paid: styles.done,
}

/** How far a trade is, in a word. */
export function TradeStatus({ status }: { readonly status: string }) {
  const { word } = useWords()
  return (
    <span className={`${styles.status} ${looks[status] ?? ''}`}>
      {word('tradeStatuses', status)}
    </span>
  )
}
