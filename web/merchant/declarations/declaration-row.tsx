import { Button } from '#web/kit/button.tsx'
import { useFormat } from '#web/kit/format-context.ts'
import { useWords } from '#web/i18n/words.ts'
import { CauseWords } from '#web/merchant/declarations/cause-words.tsx'
import type { Declaration } from '#web/merchant/declarations/resources.ts'
import card from '#web/member/club/card.module.css'
import styles from './declaration-row.module.css'

type DeclarationRowProps = {
  readonly declaration: Declaration
  /** Absent: nothing can be changed. */
  readonly onOpen: (() => void) | undefined
}

const looks = { declared: card.gain, suspended: card.due, withdrawn: '' } as const

/** One SKU as it stands; of one that is suspended, what made it so. */
export function DeclarationRow({ declaration, onOpen }: DeclarationRowProps) {
  const { t, word } = useWords()
  const format = useFormat()
  const { sku, kind, status, priceFen, quantity, sold, depositFen, category } = declaration
  const { cause } = declaration
  const ceilingFen = ceilingOf(declaration)
  const number = (value: number): string => format.amount(value, '')
  return (
    <li className={styles.row}>
      <div className={styles.what}>
        <p className={styles.sku}>{sku}</p>
        <p className={card.words}>
          {t(`declarations.kinds.${kind}`)} · {word('categories', category)}
        </p>
      </div>
      <div className={styles.price}>
        <p className={styles.figure}>{format.money(priceFen)}</p>
        <p className={card.words}>
          {ceilingFen === undefined
            ? t('declarations.noCeiling')
            : t('declarations.ceiling', { price: format.money(ceilingFen) })}
          {depositFen !== undefined &&
            ` · ${t('declarations.deposit', { amount: format.money(depositFen) })}`}
        </p>
      </div>
      <p className={styles.units}>
        {t('declarations.units', { sold: number(sold), quantity: number(quantity) })}
      </p>
      <div className={styles.state}>
        <span className={`${card.mark} ${looks[status]}`}>
          {t(`declarations.statuses.${status}`)}
        </span>
        {onOpen !== undefined && (
          <Button onClick={onOpen} aria-label={t('declarations.changeOf', { sku })}>
            {t('declarations.change')}
          </Button>
        )}
      </div>
      {status === 'suspended' && cause !== undefined && (
        <div className={styles.cause}>
          <p className={styles.why}>
            {cause.causes.length > 0
              ? t('declarations.suspended')
              : word('suspensions', cause.code ?? '')}
          </p>
          <CauseWords causes={cause.causes} />
        </div>
      )}
    </li>
  )
}

/** What was allowed when it was checked last; of one that is suspended, what its causes allow. */
function ceilingOf({ status, ceiling, cause }: Declaration): number | undefined {
  const limits = status === 'suspended' ? (cause?.causes ?? []).map(({ limitFen }) => limitFen) : []
  return limits.length === 0 ? ceiling?.ceilingFen : Math.min(...limits)
}
