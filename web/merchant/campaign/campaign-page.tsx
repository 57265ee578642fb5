import { useQuery } from '@tanstack/react-query'
import { Fault } from '#web/kit/fault.tsx'
import { asLanguage } from '#web/i18n/language.ts'
import { useWords } from '#web/i18n/words.ts'
import { ChosenCampaign } from '#web/merchant/campaign/chosen-campaign.tsx'
import { CriteriaCard } from '#web/merchant/campaign/criteria-card.tsx'
import {
  enrolmentCheckQuery,
  enrolmentQuery,
  type Enrolment,
  type ShopCampaign,
} from '#web/merchant/campaign/resources.ts'
import { StandingCard } from '#web/merchant/campaign/standing-card.tsx'
import { SupplementsCard } from '#web/merchant/campaign/supplements-card.tsx'
import { TimelineCard } from '#web/merchant/campaign/timeline-card.tsx'
import { Page } from '#web/merchant/frame/page.tsx'
import { useShopId } from '#web/merchant/frame/shop-context.ts'
import { EntriesSkeleton } from '#web/member/member-skeleton.tsx'
import card from '#web/member/club/card.module.css'

/** A campaign as it stands for the shop: what is open, what it has to do, and why it is in or out. */
export function CampaignPage() {
  const { t } = useWords()
  return (
    <Page title={t('campaign.title')}>
      <ChosenCampaign>
        {(campaign) => <Shown key={campaign.campaign} campaign={campaign} />}
      </ChosenCampaign>
    </Page>
  )
}

function Shown({ campaign }: { readonly campaign: ShopCampaign }) {
  const { language } = useWords()
  const shopId = useShopId()
  const enrolment = useQuery(enrolmentQuery(shopId, campaign.campaign))
  const decision = enrolment.data?.decision
  const check = useQuery({
    ...enrolmentCheckQuery(shopId, campaign.campaign),
    enabled: enrolment.data !== undefined && decision === undefined,
  })
  if (enrolment.isError && enrolment.data === undefined) {
    return <Fault error={enrolment.error} retry={() => void enrolment.refetch()} />
  }
  if (enrolment.data === undefined) return <EntriesSkeleton />
  const seen = decision?.criteria ?? check.data?.criteria
  return (
    <div className={card.columns}>
      <div className={card.column}>
        <StandingCard
          campaign={campaign}
          enrolment={enrolment.data ?? undefined}
          title={campaign.title[asLanguage(language)]}
        />
        {enrolment.data !== null && isAskedFor(enrolment.data) && (
          <SupplementsCard enrolment={enrolment.data} />
        )}
        {seen !== undefined && <CriteriaCard criteria={seen} decidedAt={decision?.at} />}
      </div>
      <div className={card.column}>
        <TimelineCard phases={campaign.timeline.phases} />
      </div>
    </div>
  )
}

/** A shop that was approved has supplements to do, or had. */
function isAskedFor({ status, supplements }: Enrolment): boolean {
  return ['approved', 'shortlisted', 'dropped'].includes(status) && supplements.length > 0
}
