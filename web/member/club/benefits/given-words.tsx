import { useFormat } from '#web/kit/format-context.ts'
import { useWords } from '#web/i18n/words.ts'
import type { Claim } from '#web/member/club/benefits/resources.ts'
import { useConditions } from '#web/member/coupons/conditions.ts'
import card from '#web/member/club/card.module.css'
import styles from './given-words.module.css'

/** What a claim gave: its amount, its code, until when, and where it is kept. */
export function GivenWords({ claim }: { readonly claim: Claim }) {
  const { t, word } = useWords()
  const format = useFormat()
  const { untilOf } = useConditions()
  const { kind, amountFen, code } = claim.given
  return (
    <>
      {amountFen !== undefined && <p className={styles.amount}>{format.money(amountFen)}</p>}
      {code !== undefined && (
        <p className={styles.code}>
          <span className={card.words}>{t('claims.code')}</span> {code}
        </p>
      )}
      <p className={card.words}>{word('givenPlaces', kind)}</p>
      <p className={card.words}>{untilOf(claim.expiresAt)}</p>
    </>
  )
}
