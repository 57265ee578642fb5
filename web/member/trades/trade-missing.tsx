import { useFormat } from '#web/kit/format-context.ts'
import { useWords } from '#web/i18n/words.ts'
import { useInstruments } from '#web/member/trades/instruments.ts'
import type { Missing, Trade } from '#web/member/trades/resources.ts'
import card from './trade-card.module.css'
import styles from './trade-list.module.css'

/** What was missing to the next saving. */
export function TradeMissing({ trade }: { readonly trade: Trade }) {
  const { t } = useWords()
  const format = useFormat()
  const { nameOf } = useInstruments(trade.titles)
  const { missing } = trade.quote
  if (missing.length === 0) return null
  return (
    <section className={card.card} aria-labelledby="missing">
      <h2 id="missing" className={card.title}>
        {t('missing.title')}
      </h2>
      <ul className={styles.list}>
        {missing.map((each, index) => (
          <li key={index} className={styles.item}>
            <p className={card.strong}>{nameOf(each.id)}</p>
            <p className={card.words}>
              {[sentence(each), placeOf(each)].filter((part) => part !== undefined).join(' · ')}
            </p>
          </li>
        ))}
      </ul>
    </section>
  )

  function sentence({ addFen, addUnits, savesFen }: Missing): string {
    const saves = format.money(savesFen)
    if (addUnits !== undefined) return t('missing.units', { count: addUnits, saves })
    return t('missing.money', { amount: format.money(addFen ?? 0), saves })
  }

  function placeOf({ shop }: Missing): string | undefined {
    return shop === undefined ? undefined : t('missing.inShop', { shop })
  }
}
