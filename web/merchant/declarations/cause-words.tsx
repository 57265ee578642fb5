import { useFormat } from '#web/kit/format-context.ts'
import { useWords } from '#web/i18n/words.ts'
import type { Cause } from '#web/merchant/declarations/resources.ts'
import card from '#web/member/club/card.module.css'

/** Says which deal or price stands in the way: what it was, when, and the days it was looked for on. */
export function CauseWords({ causes }: { readonly causes: readonly Cause[] }) {
  const { t, word } = useWords()
  const format = useFormat()
  return (
    <ul>
      {causes.map(({ refusal, priceFen, at, window, dealId, priceId, limitFen }) => (
        <li key={refusal + (dealId ?? priceId ?? '')}>
          <p>
            {word('priceCauses', refusal)}{' '}
            {t('cause.price', { price: format.money(priceFen), limit: format.money(limitFen) })}
          </p>
          {at !== undefined && window !== undefined && (
            <p className={card.words}>
              {t(dealId === undefined ? 'ceiling.marked' : 'ceiling.ordered', {
                time: format.time(at),
                days: t('ceiling.days', {
                  from: format.day(window[0]),
                  to: format.day(window[1]),
                }),
              })}
              {' · '}
              {dealId === undefined
                ? t('ceiling.price', { id: priceId ?? '' })
                : t('ceiling.deal', { id: dealId })}
            </p>
          )}
        </li>
      ))}
    </ul>
  )
}
