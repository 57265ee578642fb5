import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { freshKey, postOnce } from '#web/kit/api.ts'
import { Button } from '#web/kit/button.tsx'
import { SelectField } from '#web/kit/field.tsx'
import { useFormat } from '#web/kit/format-context.ts'
import { useWords } from '#web/i18n/words.ts'
import { memberPath } from '#web/member/club/member-path.ts'
import { useProblemText } from '#web/member/club/problem-text.ts'
import { useMemberId } from '#web/member/member-id.ts'
import {
  AskedSchema,
  protectionsQuery,
  type ProtectionClaim,
} from '#web/member/protection/resources.ts'
import type { Trade } from '#web/member/trades/resources.ts'
import words from '#web/member/club/card.module.css'
import card from '#web/member/trades/trade-card.module.css'
import styles from './trade-protection.module.css'

/** What of a trade of a campaign comes back because its price fell, and the way to ask. */
export function TradeProtection({ trade }: { readonly trade: Trade }) {
  const { t } = useWords()
  const claims = useInfiniteQuery(protectionsQuery(useMemberId()))
  const ofTrade =
    claims.data?.pages
      .flatMap((page) => page.claims)
      .filter(({ tradeId }) => tradeId === trade.tradeId) ?? []
  if (trade.paidAt === undefined) return null
  if (trade.campaign === undefined && ofTrade.length === 0) return null
  return (
    <section className={card.card} aria-labelledby="protection">
      <h2 id="protection" className={card.title}>
        {t('protection.title')}
      </h2>
      <p className={card.words}>{t('protection.text')}</p>
      <ul className={words.list}>
        {ofTrade.map((claim) => (
          <li key={claim.lineId} className={styles.claim}>
            <Claim claim={claim} />
          </li>
        ))}
      </ul>
      {trade.campaign !== undefined && <Ask trade={trade} />}
    </section>
  )
}

/** One claim: what was paid, the lower price, and what comes back. */
function Claim({ claim }: { readonly claim: ProtectionClaim }) {
  const { t, word } = useWords()
  const format = useFormat()
  const { sku, unitsFen, lowerPriceFen, paidFen, fullFen, paidAs, limitedBy, openedAt } = claim
  return (
    <>
      <p className={card.pair}>
        <span className={card.strong}>{sku}</span>
        <span className={styles.back}>{format.change(paidFen, 'allowance')}</span>
      </p>
      <p className={card.words}>
        {t('protection.prices', {
          paid: [...new Set(unitsFen)].map(format.money).join(' / '),
          lower: format.money(lowerPriceFen),
        })}
      </p>
      <p className={card.words}>
        {[word('paidAs', paidAs), format.time(openedAt)].join(' · ')}
        {limitedBy !== undefined &&
          ` · ${t('protection.limited', { full: format.money(fullFen) })}`}
      </p>
    </>
  )
}

/** Asks for the difference of one line. */
function Ask({ trade }: { readonly trade: Trade }) {
  const { t } = useWords()
  const format = useFormat()
  const problemText = useProblemText()
  const memberId = useMemberId()
  const queries = useQueryClient()
  const lines = trade.orders.flatMap((order) => order.lines)
  const [lineId, setLineId] = useState(lines[0]?.id ?? '')
  const asking = useMutation({
    mutationFn: async () => {
      const body = { tradeId: trade.tradeId, lineId }
      const key = freshKey()
      return await postOnce(memberPath(memberId, 'price-protections'), AskedSchema, { key, body })
    },
    onSuccess: async () => await queries.invalidateQueries({ queryKey: ['protections', memberId] }),
  })
  return (
    <form
      className={styles.ask}
      onSubmit={(event) => {
        event.preventDefault()
        if (!asking.isPending) asking.mutate()
      }}
    >
      <SelectField
        label={t('protection.line')}
        value={lineId}
        onChange={(event) => setLineId(event.target.value)}
      >
        {lines.map(({ id, sku }) => (
          <option key={id} value={id}>
            {sku}
          </option>
        ))}
      </SelectField>
      <Button type="submit" disabled={asking.isPending}>
        {t('protection.ask')}
      </Button>
      <div aria-live="polite">
        {asking.isError && <p className={card.words}>{problemText(asking.error)}</p>}
        {asking.data !== undefined && (
          <p className={styles.back}>
            {t('protection.due', { amount: format.money(asking.data.payFen) })}
          </p>
        )}
      </div>
    </form>
  )
}
