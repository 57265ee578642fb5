import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { freshKey, postOnce } from '#web/kit/api.ts'
import { Button } from '#web/kit/button.tsx'
import { useFormat } from '#web/kit/format-context.ts'
import { Icon } from '#web/kit/icon.tsx'
import { Sheet } from '#web/kit/sheet.tsx'
import { useWords } from '#web/i18n/words.ts'
import { useBenefitWords } from '#web/member/club/benefits/benefit-words.ts'
import { GivenWords } from '#web/member/club/benefits/given-words.tsx'
import { Odds } from '#web/member/club/benefits/odds.tsx'
import { ClaimSchema, type Claim, type Offered } from '#web/member/club/benefits/resources.ts'
import { memberPath } from '#web/member/club/member-path.ts'
import { useProblemText } from '#web/member/club/problem-text.ts'
import { useTitles } from '#web/member/club/titles.ts'
import { useMemberId } from '#web/member/member-id.ts'
import card from '#web/member/club/card.module.css'
import styles from './claim-sheet.module.css'

type ClaimSheetProps = {
  readonly offered: Offered
  /** What the member can spend. */
  readonly points: number
  readonly onClosed: () => void
}

/** Asks before a benefit is claimed, saying what it costs; then shows what was got. */
export function ClaimSheet({ offered, points, onClosed }: ClaimSheetProps) {
  const { titleOf } = useTitles()
  const claiming = useClaim(offered.benefit)
  return (
    <Sheet title={titleOf(offered.title, offered.benefit)} onClosed={onClosed}>
      {claiming.data === undefined ? (
        <Ask offered={offered} points={points} claiming={claiming} />
      ) : (
        <Got claim={claiming.data} />
      )}
    </Sheet>
  )
}

/** Claims it, once however often it is sent; everything that it changes is read again. */
function useClaim(slug: string) {
  const memberId = useMemberId()
  const queries = useQueryClient()
  const [key] = useState(freshKey)
  return useMutation({
    mutationFn: async (body: { readonly word?: string }) => {
      const path = memberPath(memberId, 'benefits', slug, 'claims')
      return await postOnce(path, ClaimSchema, { key, body })
    },
    onSuccess: () => void queries.invalidateQueries(),
  })
}

type AskProps = Omit<ClaimSheetProps, 'onClosed'> & {
  readonly claiming: ReturnType<typeof useClaim>
}

function Ask({ offered, points, claiming }: AskProps) {
  const { t, word: wordOf } = useWords()
  const format = useFormat()
  const { listOf } = useTitles()
  const { priceOf, quotaOf, givesOf } = useBenefitWords()
  const problemText = useProblemText()
  const [word, setWord] = useState('')
  const { price = { points: 0, moneyFen: 0 }, terms } = offered
  const draw = terms.gives?.draw
  const excluded = terms.excludedCategories ?? []
  const number = (value: number): string => format.amount(value, '')
  const isFair = /^[\x21-\x7e]{0,100}$/.test(word)
  return (
    <div className={styles.ask}>
      {terms.gives !== undefined && <p>{givesOf(terms.gives)}</p>}
      <dl className={styles.sums}>
        <div className={card.pair}>
          <dt>{t('claims.costs')}</dt>
          <dd>{priceOf(price)}</dd>
        </div>
        {price.points > 0 && (
          <>
            <div className={card.pair}>
              <dt>{t('claims.now')}</dt>
              <dd>{number(points)}</dd>
            </div>
            <div className={card.pair}>
              <dt>{t('claims.after')}</dt>
              <dd>{number(points - price.points)}</dd>
            </div>
          </>
        )}
      </dl>
      {quotaOf(offered).length > 0 && <p className={card.words}>{quotaOf(offered).join(' · ')}</p>}
      {excluded.length > 0 && (
        <p className={card.words}>
          {t('claims.excluded', {
            list: listOf(excluded.map((category) => wordOf('categories', category))),
          })}
        </p>
      )}
      {draw !== undefined && (
        <>
          <Odds prizes={draw.prizes} />
          <label className={styles.word}>
            <span>{t('draw.word')}</span>
            <input
              className={styles.field}
              value={word}
              maxLength={100}
              aria-invalid={!isFair}
              onChange={(event) => setWord(event.target.value)}
            />
            <span className={card.words}>{t('draw.wordHelp')}</span>
          </label>
        </>
      )}
      {claiming.isError && (
        <p className={styles.fault} role="alert">
          {problemText(claiming.error)}
        </p>
      )}
      <Button
        look="strong"
        disabled={claiming.isPending || !isFair}
        onClick={() => claiming.mutate(word === '' ? {} : { word })}
      >
        {t(claiming.isPending ? 'claims.claiming' : 'claims.confirm')}
      </Button>
    </div>
  )
}

function Got({ claim }: { readonly claim: Claim }) {
  const { t } = useWords()
  const isDrawn = claim.given.kind === 'draw'
  return (
    <div className={styles.got} aria-live="polite">
      <span className={styles.tick}>
        <Icon name={isDrawn ? 'gift' : 'check'} />
      </span>
      <p className={styles.done}>{t(isDrawn ? 'draw.won' : 'claims.done')}</p>
      <GivenWords claim={claim} />
      <Link
        to="/member/club/claims/$claimId"
        params={{ claimId: claim.claimId }}
        className={card.link}
      >
        {t(isDrawn ? 'draw.how' : 'claims.see')}
        <Icon name="chevron" />
      </Link>
    </div>
  )
}
