import { useFormat } from '#web/kit/format-context.ts'
import { useWords } from '#web/i18n/words.ts'
import type { Cause, CauseLine } from '#web/member/cause.ts'
import styles from './earn-lines.module.css'

type EarnLinesProps = {
  readonly lines: readonly CauseLine[]
  readonly override: NonNullable<Cause['why']>['override']
  readonly unit: string
}

/** How an order earned: each line as a product in words, and what an event changed. */
export function EarnLines({ lines, override, unit }: EarnLinesProps) {
  const { t, language } = useWords()
  const format = useFormat()
  const event = override?.title?.[language] ?? override?.event ?? override?.policy ?? ''
  const total = lines.reduce((sum, line) => sum + (line.points ?? 0), 0)
  return (
    <section aria-labelledby="how">
      <h3 id="how" className={styles.title}>
        {t('why.title')}
      </h3>
      {override !== undefined && (
        <div className={styles.override}>
          <p>{t('why.override', { event })}</p>
          {override.with !== undefined && override.without !== undefined && (
            <p className={styles.both}>
              {t('why.overrideFigures', {
                with: format.amount(override.with, unit),
                without: format.amount(override.without, unit),
              })}
            </p>
          )}
        </div>
      )}
      <ol className={styles.lines}>
        {lines.map((line, index) => (
          <li key={line.id ?? index} className={styles.line}>
            <EarnLine line={line} unit={unit} />
          </li>
        ))}
      </ol>
      {lines.length > 1 && (
        <p className={styles.total}>
          <span>{t('why.total', { count: lines.length })}</span>
          <span>{format.change(total, unit)}</span>
        </p>
      )}
    </section>
  )
}

function EarnLine({ line, unit }: { readonly line: CauseLine; readonly unit: string }) {
  const { t, word } = useWords()
  const format = useFormat()
  const name = line.category ?? line.id
  return (
    <>
      <p className={styles.head}>
        <span>{name === undefined ? t('why.item') : word('categories', name)}</span>
        {line.points !== undefined && <span>{format.change(line.points, unit)}</span>}
      </p>
      <Product line={line} unit={unit} />
      <ul className={styles.notes}>
        {line.notes.map((note) => (
          <li key={note}>{noteText(line, note)}</li>
        ))}
      </ul>
    </>
  )

  function noteText(of: CauseLine, note: string): string {
    const money = (fen: number | undefined): string => (fen === undefined ? '' : format.money(fen))
    return t(`notes.${note}` as 'notes.multiple-capped', {
      defaultValue: note,
      category: word('categories', of.category ?? ''),
      ratio: word('ratios', of.ratioKey ?? ''),
      asked: of.multipleAsked,
      multiple: of.multiple,
      most: of.multipleMax ?? of.multiple,
      paid: money(of.paidFen),
      refunded: money(of.refundedFen),
      least: money(of.leastPaidFen),
      mostPerLine: of.mostPerLine,
    })
  }
}

/** Paid x ratio x multiple = points, each with its name under it. */
function Product({ line, unit }: { readonly line: CauseLine; readonly unit: string }) {
  const { t, word } = useWords()
  const format = useFormat()
  const base = line.baseFen ?? line.paidFen
  if (base === undefined || line.ratio === undefined || line.points === undefined) return null
  const isRounded = line.exact !== undefined && line.exact !== String(line.points)
  return (
    <dl className={styles.product}>
      <div>
        <dt>{t('why.paid')}</dt>
        <dd>{format.money(base)}</dd>
      </div>
      <div>
        <dt>{t('why.ratio', { money: format.oneOfMoney })}</dt>
        <dd>× {line.ratio}</dd>
      </div>
      {line.multiple !== undefined && line.multiple !== '1' && (
        <div>
          <dt>{t('why.multiple')}</dt>
          <dd>× {line.multiple}</dd>
        </div>
      )}
      <div>
        <dt>{isRounded ? t('why.floored') : word('units', unit)}</dt>
        <dd>
          = {isRounded && `${line.exact} → `}
          {format.amount(line.points, unit)}
        </dd>
      </div>
    </dl>
  )
}
