import { useFormat } from '#web/kit/format-context.ts'
import { asLanguage } from '#web/i18n/language.ts'
import { useWords } from '#web/i18n/words.ts'
import { useInstruments } from '#web/member/trades/instruments.ts'
import type { NotApplied, Trade } from '#web/member/trades/resources.ts'
import card from './trade-card.module.css'
import styles from './trade-list.module.css'

/** What took nothing off, each with its reason. */
export function TradeUnused({ trade }: { readonly trade: Trade }) {
  const { t } = useWords()
  const { nameOf } = useInstruments(trade.titles)
  const { notApplied } = trade.quote
  if (notApplied.length === 0) return null
  return (
    <section className={card.card} aria-labelledby="unused">
      <h2 id="unused" className={card.title}>
        {t('unused.title')}
      </h2>
      <ul className={styles.list}>
        {notApplied.map((each, index) => (
          <li key={index} className={styles.item}>
            <p className={card.strong}>
              {nameOf(each.id)}
              {each.shop !== undefined && ` · ${each.shop}`}
            </p>
            <Why of={each} trade={trade} />
          </li>
        ))}
      </ul>
    </section>
  )
}

function Why({ of, trade }: { readonly of: NotApplied; readonly trade: Trade }) {
  const { t, word, language } = useWords()
  const format = useFormat()
  const { nameOf } = useInstruments(trade.titles)
  const { baseFen, thresholdFen, shortFen, shortUnits, by, lines } = of
  const sentences = [
    word('pricingRefusals', of.refusal),
    figures(),
    shortUnits === undefined ? undefined : t('unused.units', { count: shortUnits }),
    by === undefined ? undefined : t('unused.by', { by: nameOf(by) }),
    lines === undefined ? undefined : t('unused.lines', { list: lines.map(skuOf).join(', ') }),
  ].filter((sentence) => sentence !== undefined)
  return <p className={card.words}>{sentences.join(asLanguage(language) === 'zh' ? '' : ' ')}</p>

  function figures(): string | undefined {
    if (shortFen === undefined) return undefined
    const short = format.money(shortFen)
    if (baseFen === undefined || thresholdFen === undefined) return t('unused.short', { short })
    const [base, threshold] = [format.money(baseFen), format.money(thresholdFen)]
    return t('unused.needs', { base, threshold, short })
  }

  function skuOf(id: string): string {
    return trade.quote.lines.find((line) => line.id === id)?.sku ?? id
  }
}
