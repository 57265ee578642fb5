import { useInfiniteQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useFormat } from '#web/kit/format-context.ts'
import { Paged } from '#web/kit/paged.tsx'
import { useTitleOf } from '#web/i18n/titles.ts'
import { useWords } from '#web/i18n/words.ts'
import { useShopId } from '#web/merchant/frame/shop-context.ts'
import {
  violationsQuery,
  type Sanction,
  type Total,
  type Violation,
} from '#web/merchant/metrics/resources.ts'
import { ViolationSheet } from '#web/merchant/metrics/violation-sheet.tsx'
import { ViolationStatus } from '#web/merchant/metrics/violation-status.tsx'
import { Bar } from '#web/member/club/bar.tsx'
import card from '#web/member/club/card.module.css'
import parts from '#web/merchant/parts/parts.module.css'
import styles from './violations-card.module.css'

/** The points of the shop by kind, what followed, and each violation. */
export function ViolationsCard() {
  const { t } = useWords()
  const format = useFormat()
  const violations = useInfiniteQuery(violationsQuery(useShopId()))
  const [opened, setOpened] = useState<Violation>()
  const first = violations.data?.pages[0]
  return (
    <section className={card.card} aria-labelledby="violations">
      <h2 id="violations" className={card.title}>
        {t('violations.title')}
      </h2>
      {first?.removed === true && <p className={parts.fault}>{t('violations.removed')}</p>}
      {first?.barredUntil !== undefined && (
        <p className={parts.fault}>
          {t('violations.barred', { at: format.time(first.barredUntil) })}
        </p>
      )}
      {first !== undefined && (
        <ul className={styles.totals}>
          {first.totals.map((total) => (
            <li key={total.kind} className={styles.total}>
              <TotalPart total={total} />
            </li>
          ))}
        </ul>
      )}
      {first !== undefined && first.sanctions.length > 0 && (
        <Sanctions sanctions={first.sanctions} />
      )}
      <Paged
        query={violations}
        itemsOf={(page) => page.violations}
        keyOf={({ violationId }) => violationId}
        show={(violation) => <Row violation={violation} open={setOpened} />}
        none={<p className={card.words}>{t('violations.none')}</p>}
      />
      {opened !== undefined && (
        <ViolationSheet violation={opened} onClosed={() => setOpened(undefined)} />
      )}
    </section>
  )
}

function TotalPart({ total }: { readonly total: Total }) {
  const { t, word } = useWords()
  const format = useFormat()
  const titleOf = useTitleOf()
  const { kind, points, carriedPoints, resetsAt, next } = total
  return (
    <>
      <p className={card.pair}>
        <span>{word('violationKinds', kind)}</span>
        <span>
          {next === undefined
            ? t('violations.points', { count: points })
            : t('violations.of', { points, threshold: next.threshold })}
        </span>
      </p>
      {next !== undefined && (
        <>
          <Bar part={points} of={next.threshold} />
          <p className={card.words}>
            {[
              t('violations.missing', { count: next.missingPoints }),
              titleOf(next.title, kind),
              ...(next.barredDays === undefined
                ? []
                : [t('violations.bars', { count: next.barredDays })]),
              ...(next.penaltyFen === undefined
                ? []
                : [t('violations.penalty', { amount: format.money(next.penaltyFen) })]),
              ...(next.removed ? [t('violations.removes')] : []),
            ].join(' · ')}
          </p>
        </>
      )}
      <p className={card.words}>
        {carriedPoints > 0 && `${t('violations.carried', { count: carriedPoints })} · `}
        {t('violations.resets', { at: format.deadline(resetsAt).text })}
      </p>
    </>
  )
}

function Sanctions({ sanctions }: { readonly sanctions: readonly Sanction[] }) {
  const { t, word } = useWords()
  const format = useFormat()
  return (
    <div className={parts.part}>
      <h3 className={parts.subtitle}>{t('violations.followed')}</h3>
      <ul className={card.list}>
        {sanctions.map(
          ({ sanctionId, kind, threshold, at, barredTo, penaltyFen, removed, liftedAt }) => (
            <li key={sanctionId} className={styles.sanction}>
              <p className={parts.strong}>
                {t('violations.reached', { kind: word('violationKinds', kind), threshold })}
              </p>
              <p className={card.words}>
                {[
                  format.time(at),
                  ...(barredTo === undefined
                    ? []
                    : [t('violations.barred', { at: format.time(barredTo) })]),
                  ...(penaltyFen === undefined
                    ? []
                    : [t('violations.penalty', { amount: format.money(penaltyFen) })]),
                  ...(removed ? [t('violations.removes')] : []),
                  ...(liftedAt === undefined
                    ? []
                    : [t('violations.lifted', { at: format.time(liftedAt) })]),
                ].join(' · ')}
              </p>
            </li>
          ),
        )}
      </ul>
    </div>
  )
}

type RowProps = {
  readonly violation: Violation
  readonly open: (violation: Violation) => void
}

function Row({ violation, open }: RowProps) {
  const { t, word } = useWords()
  const format = useFormat()
  const { kind, points, status, doneAt, cause } = violation
  return (
    <button type="button" className={parts.row} onClick={() => open(violation)}>
      <span className={parts.head}>
        <span className={parts.name}>{word('violationActs', cause.code ?? 'recorded')}</span>
        <ViolationStatus status={status} />
      </span>
      <span className={card.words}>
        {[
          word('violationKinds', kind),
          t('violations.points', { count: points }),
          format.time(doneAt),
        ].join(' · ')}
      </span>
    </button>
  )
}
