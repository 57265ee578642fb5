import { useFormat } from '#web/kit/format-context.ts'
import { useWords } from '#web/i18n/words.ts'
import styles from './odds.module.css'

type OddsProps = {
  readonly prizes: readonly { readonly weight: number; readonly amount: number }[]
  /** Which of them was drawn. */
  readonly drawn?: number
}

/** Every prize with how many of all tickets are its own: exact, nothing divided. */
export function Odds({ prizes, drawn }: OddsProps) {
  const { t } = useWords()
  const format = useFormat()
  const total = prizes.reduce((sum, { weight }) => sum + weight, 0)
  return (
    <table className={styles.odds}>
      <caption className={styles.caption}>
        {t('draw.odds', { total: format.amount(total, '') })}
      </caption>
      <thead>
        <tr>
          <th scope="col">{t('draw.prize')}</th>
          <th scope="col">{t('draw.tickets')}</th>
        </tr>
      </thead>
      <tbody>
        {prizes.map(({ weight, amount }, index) => (
          <tr key={index} className={index === drawn ? styles.drawn : undefined}>
            <td>{format.money(amount)}</td>
            <td>{format.amount(weight, '')}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
