import { useState } from 'react'
import { Button } from '#web/kit/button.tsx'
import { useFormat } from '#web/kit/format-context.ts'
import { asLanguage } from '#web/i18n/language.ts'
import { useWords } from '#web/i18n/words.ts'
import { EndSheet, type Ending } from '#web/merchant/campaign/end-sheet.tsx'
import { IdentityTitle } from '#web/merchant/campaign/identity-title.tsx'
import type { Enrolment, ShopCampaign } from '#web/merchant/campaign/resources.ts'
import { useEnrolling } from '#web/merchant/campaign/use-enrolling.ts'
import { Countdown } from '#web/merchant/frame/countdown.tsx'
import { useShopProblemText } from '#web/merchant/frame/problem-text.ts'
import { useShopId } from '#web/merchant/frame/shop-context.ts'
import { shopPath } from '#web/merchant/frame/resources.ts'
import card from '#web/member/club/card.module.css'
import styles from './standing-card.module.css'

type StandingCardProps = {
  readonly campaign: ShopCampaign
  readonly enrolment: Enrolment | undefined
  readonly title: string
}

const looks: Readonly<Record<string, string | undefined>> = {
  shortlisted: card.gain,
  approved: card.wait,
  refused: card.due,
  dropped: card.due,
  left: card.due,
}

/** How far the shop has come, what is next, and what it may ask for. */
export function StandingCard({ campaign, enrolment, title }: StandingCardProps) {
  const { t, word, language } = useWords()
  const { status } = campaign
  const next = campaign.toDo.find(({ state }) => state === 'now')
  return (
    <section className={`${card.card} ${styles.card}`} aria-labelledby="standing">
      <div className={styles.head}>
        <h2 id="standing" className={styles.title}>
          {title}
        </h2>
        <span className={`${card.mark} ${looks[status] ?? ''}`}>
          {word('enrolmentStatuses', status)}
        </span>
      </div>
      <p>{word('enrolmentMeans', status)}</p>
      {enrolment?.identity !== undefined && (
        <p className={card.words}>
          {t('campaign.identity')}{' '}
          <IdentityTitle campaign={campaign.campaign} identity={enrolment.identity} />
        </p>
      )}
      {enrolment?.placeInList !== undefined && (
        <p className={card.words}>{t('campaign.place', { count: enrolment.placeInList })}</p>
      )}
      {next !== undefined && (
        <p className={styles.next}>
          <strong>{next.title[asLanguage(language)]}</strong> <Countdown before={next.before} />
        </p>
      )}
      {enrolment?.appeal !== undefined && <Appeal appeal={enrolment.appeal} />}
      <Actions campaign={campaign} enrolment={enrolment} />
    </section>
  )
}

function Appeal({ appeal }: { readonly appeal: NonNullable<Enrolment['appeal']> }) {
  const { t, word } = useWords()
  const format = useFormat()
  return (
    <p className={card.words}>
      {t('campaign.appealed', { time: format.time(appeal.openedAt) })}{' '}
      {word('appealStatuses', appeal.status)}
      {appeal.status === 'open' &&
        ` ${t('campaign.decideBy', { time: format.time(appeal.decideBy) })}`}
      {appeal.note !== undefined && ` ${appeal.note}`}
    </p>
  )
}

type ActionsProps = Pick<StandingCardProps, 'campaign' | 'enrolment'>

function Actions({ campaign, enrolment }: ActionsProps) {
  const { t } = useWords()
  const shopId = useShopId()
  const problemText = useShopProblemText()
  const [ending, setEnding] = useState<Ending>()
  const applying = useEnrolling(shopPath(shopId, 'enrolments'))
  const isSignUp = campaign.timeline.phases.some(
    ({ phase, state }) => phase === 'signUp' && state === 'open',
  )
  const offered = endingsOf(enrolment)
  const mayApply = isSignUp && (enrolment === undefined || enrolment.status === 'withdrawn')
  return (
    <>
      {applying.isError && (
        <p className={styles.fault} role="alert">
          {problemText(applying.error)}
        </p>
      )}
      {(mayApply || offered.length > 0) && (
        <div className={styles.buttons}>
          {mayApply && (
            <Button
              look="strong"
              disabled={applying.isPending}
              onClick={() => applying.mutate({ campaign: campaign.campaign })}
            >
              {t('campaign.apply')}
            </Button>
          )}
          {offered.map((each) => (
            <Button key={each} onClick={() => setEnding(each)}>
              {t(`campaign.${each}`)}
            </Button>
          ))}
        </div>
      )}
      {ending !== undefined && (
        <EndSheet
          campaign={campaign.campaign}
          ending={ending}
          onClosed={() => setEnding(undefined)}
        />
      )}
    </>
  )
}

/** What a shop may ask for where it stands; the server decides by its clock. */
function endingsOf(enrolment: Enrolment | undefined): readonly Ending[] {
  switch (enrolment?.status) {
    case 'applied':
    case 'inReview':
    case 'waiting':
    case 'passed':
      return ['withdraw']
    case 'approved':
    case 'shortlisted':
      return ['leave']
    case 'refused':
      return enrolment.appeal === undefined && enrolment.appealUntil !== undefined ? ['appeal'] : []
    default:
      return []
  }
}
