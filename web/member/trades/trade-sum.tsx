import { useFormat } from '#web/kit/format-context.ts'
import { useWords } from '#web/i18n/words.ts'
import { useInstruments } from '#web/member/trades/instruments.ts'
import { payLabel } from '#web/member/trades/pay-label.ts'
import type { Applied, Layer, Share, Trade } from '#web/member/trades/resources.ts'
import card from './trade-card.module.css'
import styles from './trade-sum.module.css'

/** The way from the goods to the price: each layer in its order, and what is added and was paid before. */
export function TradeSum({ trade }: { readonly trade: Trade }) {
  const { t } = useWords()
  const format = useFormat()
  const { quote } = trade
  const ofGoods = quote.layers.filter(({ layer }) => layer !== 'freight')
  const lefts = leftAfter(quote.goodsFen, ofGoods)
  const freightOffFen = offOf(quote.layers) - offOf(ofGoods)
  const goodsPayFen = lefts.at(-1) ?? quote.goodsFen
  const freight = quote.charges.filter(({ kind }) => kind === 'freight')
  const extras = quote.charges.filter(({ kind }) => kind !== 'freight')
  return (
    <section className={card.card} aria-labelledby="sum">
      <h2 id="sum" className={card.title}>
        {t('sum.title')}
      </h2>
      <Row name={t('sum.goods')} figure={format.money(quote.goodsFen)} />
      <ol className={styles.layers}>
        {ofGoods.map((layer, step) => (
          <LayerStep
            key={layer.layer}
            layer={layer}
            step={step + 1}
            leftFen={lefts[step] ?? 0}
            trade={trade}
          />
        ))}
      </ol>
      <Row name={t('sum.goodsPay')} figure={format.money(goodsPayFen)} />
      {freight.length > 0 && (
        <Row name={t('shops.freight')} figure={format.change(quote.freightFen, 'allowance')} />
      )}
      {quote.layers.some(({ layer }) => layer === 'freight') && (
        <ol className={styles.layers}>
          {quote.layers
            .filter(({ layer }) => layer === 'freight')
            .map((layer) => (
              <LayerStep
                key={layer.layer}
                layer={layer}
                step={ofGoods.length + 1}
                leftFen={quote.freightFen - freightOffFen}
                trade={trade}
              />
            ))}
        </ol>
      )}
      {extras.map(({ kind, shop, amountFen }) => (
        <Row
          key={`${kind} ${shop}`}
          name={`${t(kind === 'tax' ? 'shops.tax' : 'shops.service')} · ${shop}`}
          figure={format.change(amountFen, 'allowance')}
        />
      ))}
      {quote.depositFen !== undefined && (
        <Row name={t('sum.deposit')} figure={format.money(-quote.depositFen)} />
      )}
      <p className={`${card.pair} ${styles.pay}`}>
        <span>{t(`trade.${payLabel(trade)}`)}</span>
        <span>{format.money(quote.payFen)}</span>
      </p>
      {quote.gifts.map((gift) => (
        <p key={`${gift.offer} ${gift.sku}`} className={card.words}>
          {t('sum.gift', { sku: gift.sku, quantity: gift.quantity })}
        </p>
      ))}
      {trade.kind === 'priced' && (
        <p className={`${card.words} ${styles.proved}`}>
          {t(quote.optimal ? 'sum.optimal' : 'sum.notOptimal')}
        </p>
      )}
    </section>
  )
}

function Row({ name, figure }: { readonly name: string; readonly figure: string }) {
  return (
    <p className={`${card.pair} ${styles.row}`}>
      <span>{name}</span>
      <span className={card.strong}>{figure}</span>
    </p>
  )
}

type LayerStepProps = {
  readonly layer: Layer
  readonly step: number
  readonly leftFen: number
  readonly trade: Trade
}

/** One layer: what it was worked on, what it took off, and what it left. */
function LayerStep({ layer, step, leftFen, trade }: LayerStepProps) {
  const { t, word } = useWords()
  const format = useFormat()
  const isEmpty = layer.applied.length === 0
  return (
    <li className={styles.layer}>
      <p className={card.pair}>
        <span className={isEmpty ? styles.none : card.strong}>
          <span className={styles.step}>{step}</span> {word('layers', layer.layer)}
        </span>
        {isEmpty ? (
          <span className={styles.none}>{t('sum.nothing')}</span>
        ) : (
          <span className={card.off}>{format.money(-layer.offFen)}</span>
        )}
      </p>
      {!isEmpty && (
        <>
          <p className={card.words}>{t('sum.base', { amount: format.money(layer.baseFen) })}</p>
          <ul className={styles.instruments}>
            {layer.applied.map((applied) => (
              <Instrument
                key={`${applied.id} ${applied.shop}`}
                applied={applied}
                layer={layer.layer}
                trade={trade}
              />
            ))}
          </ul>
          <p className={card.words}>{t('sum.left', { amount: format.money(leftFen) })}</p>
        </>
      )}
    </li>
  )
}

type InstrumentProps = {
  readonly applied: Applied
  readonly layer: string
  readonly trade: Trade
}

/** What one instrument took off, what it looked at, and who pays for it. */
function Instrument({ applied, layer, trade }: InstrumentProps) {
  const { t } = useWords()
  const format = useFormat()
  const { nameOf, fundersOf } = useInstruments(trade.titles)
  const { shop, baseFen, thresholdFen, times, cutFen, points } = applied
  const facts = [
    shop === undefined ? undefined : t('sum.inShop', { shop }),
    baseFen === undefined ? undefined : t('sum.on', { base: format.money(baseFen) }),
    thresholdFen === undefined
      ? undefined
      : t('sum.threshold', { amount: format.money(thresholdFen) }),
    times === undefined ? undefined : t('sum.times', { count: times }),
    points === undefined ? undefined : t('sum.points', { points: format.amount(points, 'points') }),
    cutFen === undefined ? undefined : t('sum.cut', { amount: format.money(cutFen) }),
    applied.offFen === 0 ? undefined : fundersOf(sharesOf(trade, layer, applied)),
  ].filter((fact) => fact !== undefined)
  return (
    <li>
      <p className={card.pair}>
        <span>{nameOf(applied.id)}</span>
        <span>{format.money(-applied.offFen)}</span>
      </p>
      <p className={card.words}>{facts.join(' · ')}</p>
    </li>
  )
}

/** The parts of one instrument on lines and freight; of an offer in one shop, those of that shop. */
function sharesOf({ quote }: Trade, layer: string, { id, shop }: Applied): readonly Share[] {
  return [...quote.lines, ...quote.charges]
    .filter((each) => shop === undefined || each.shop === shop)
    .flatMap((each) => each.shares)
    .filter((share) => share.layer === layer && share.instrument === id)
}

/** What is left of the goods after each layer. */
function leftAfter(goodsFen: number, layers: readonly Layer[]): readonly number[] {
  let left = goodsFen
  return layers.map(({ offFen }) => (left -= offFen))
}

function offOf(layers: readonly Layer[]): number {
  return layers.reduce((sum, { offFen }) => sum + offFen, 0)
}
