import { useQuery } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { Fault } from '#web/kit/fault.tsx'
import { Notice } from '#web/kit/notice.tsx'
import { asLanguage } from '#web/i18n/language.ts'
import { useWords } from '#web/i18n/words.ts'
import { shopCampaignsQuery, type ShopCampaign } from '#web/merchant/campaign/resources.ts'
import { useShopId } from '#web/merchant/frame/shop-context.ts'
import { EntriesSkeleton } from '#web/member/member-skeleton.tsx'
import styles from './chosen-campaign.module.css'

type ChosenCampaignProps = {
  /** Whether a campaign is what the page is for: one of these comes before others. */
  readonly isFor?: (campaign: ShopCampaign) => boolean
  readonly children: (campaign: ShopCampaign) => ReactNode
}

/** The campaign that the address names, else the one with something to do; the ways to the others above it. */
export function ChosenCampaign({ isFor = () => false, children }: ChosenCampaignProps) {
  const { t, language } = useWords()
  const campaigns = useQuery(shopCampaignsQuery(useShopId()))
  const { campaign: asked } = getRouteApi('/merchant/$shopId').useSearch()
  if (campaigns.data === undefined && campaigns.isError) {
    return <Fault error={campaigns.error} retry={() => void campaigns.refetch()} />
  }
  if (campaigns.data === undefined) return <EntriesSkeleton />
  const ranked = campaigns.data.toSorted((a, b) => rankOf(a) - rankOf(b))
  const chosen =
    ranked.find(({ campaign }) => campaign === asked) ?? ranked.find(isFor) ?? ranked[0]
  if (chosen === undefined) {
    return <Notice icon="gift" title={t('campaign.none.title')} text={t('campaign.none.text')} />
  }
  return (
    <>
      {ranked.length > 1 && (
        <nav className={styles.choice} aria-label={t('campaign.choice')}>
          {ranked.map(({ campaign, title }) => (
            <Link
              key={campaign}
              to="."
              search={{ campaign }}
              className={styles.link}
              aria-current={campaign === chosen.campaign ? 'true' : undefined}
            >
              {title[asLanguage(language)]}
            </Link>
          ))}
        </nav>
      )}
      {children(chosen)}
    </>
  )
}

/** First what is to be done, then what goes on, then what is coming, last what is over. */
function rankOf({ toDo, timeline }: ShopCampaign): number {
  if (toDo.some(({ state }) => state === 'now')) return 0
  if (timeline.phases.some(({ state }) => state === 'open')) return 1
  return timeline.phases.some(({ state }) => state === 'coming') ? 2 : 3
}
