import { useFormat } from '#web/kit/format-context.ts'
import { Icon } from '#web/kit/icon.tsx'
import { useWords } from '#web/i18n/words.ts'
import type { Verdict } from '#web/merchant/declarations/check-price.ts'
import styles from './declare-sheet.module.css'

type PriceVerdictProps = {
  readonly isEmpty: boolean
  /** Absent: what is typed is no price. */
  readonly verdict: Verdict | undefined
  /** Takes the price that is just allowed. */
  readonly onUse: (fen: number) => void
}

/** Whether the price being typed is allowed, and by how much it is or is not. */
export function PriceVerdict({ isEmpty, verdict, onUse }: PriceVerdictProps) {
  const { t } = useWords()
  const format = useFormat()
  if (isEmpty) return t('declare.priceHelp')
  if (verdict === undefined) return t('declare.noPrice')
  const allowedText = (byFen: number | undefined): string => {
    if (byFen === undefined) return t('declare.allowed')
    if (byFen === 0) return t('declare.allowedAt')
    return t('declare.allowedBy', { amount: format.money(byFen) })
  }
  if (verdict.what === 'allowed') {
    return (
      <span className={styles.good}>
        <Icon name="check" />
        {allowedText(verdict.byFen)}
      </span>
    )
  }
  const { what, byFen, limitFen } = verdict
  return (
    <>
      {t(`declare.${what}`, { amount: format.money(byFen) })}{' '}
      <button type="button" className={styles.use} onClick={() => onUse(limitFen)}>
        {t('declare.use', { price: format.money(limitFen) })}
      </button>
    </>
  )
}
