import { useWords } from '#web/i18n/words.ts'
import { ClubFrame } from '#web/member/club/club-frame.tsx'
import { ClubTiles } from '#web/member/club/club-tiles.tsx'
import { InvitationCards } from '#web/member/club/tier/invitation-cards.tsx'
import { ScoreCard } from '#web/member/club/score/score-card.tsx'
import { ScoreHistory } from '#web/member/club/score/score-history.tsx'
import { TierCard } from '#web/member/club/tier/tier-card.tsx'
import { TierHistory } from '#web/member/club/tier/tier-history.tsx'
import card from './card.module.css'

/** What the member is: score, tier and what comes next, with the ways to everything else. */
export function ClubPage() {
  const { t } = useWords()
  return (
    <ClubFrame title={t('club.title')}>
      <div className={card.column}>
        <InvitationCards />
        <div className={card.columns}>
          <div className={card.column}>
            <ScoreCard />
            <TierCard />
          </div>
          <div className={card.column}>
            <ClubTiles />
            <ScoreHistory />
            <TierHistory />
          </div>
        </div>
      </div>
    </ClubFrame>
  )
}
