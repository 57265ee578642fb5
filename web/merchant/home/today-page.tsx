import { useQuery } from '@tanstack/react-query'
import { useWords } from '#web/i18n/words.ts'
import { shopCampaignsQuery } from '#web/merchant/campaign/resources.ts'
import { unreadOfShopQuery } from '#web/merchant/frame/resources.ts'
import { Page } from '#web/merchant/frame/page.tsx'
import { useShopId } from '#web/merchant/frame/shop-context.ts'
import { CampaignTasks } from '#web/merchant/home/campaign-tasks.tsx'
import { Figure } from '#web/merchant/home/figure.tsx'
import { returnsToAnswerQuery, urgentShipmentsQuery } from '#web/merchant/home/resources.ts'
import { ReturnsToAnswer } from '#web/merchant/home/returns-to-answer.tsx'
import { Suspended } from '#web/merchant/home/suspended.tsx'
import card from '#web/member/club/card.module.css'
import styles from './today-page.module.css'

/** What the shop has to do now, the most urgent first, with what happens next. */
export function TodayPage() {
  const { t } = useWords()
  const shopId = useShopId()
  const campaigns = useQuery(shopCampaignsQuery(shopId))
  const shipments = useQuery(urgentShipmentsQuery(shopId))
  const returns = useQuery(returnsToAnswerQuery(shopId))
  const unread = useQuery(unreadOfShopQuery(shopId))
  const counts = shipments.data?.counts
  const [urgent] = shipments.data?.shipments ?? []
  return (
    <Page title={t('today.title')}>
      <div className={card.column}>
        <ul className={styles.figures}>
          <Figure
            to="/merchant/$shopId/shipments"
            label={t('today.toShip')}
            count={counts && counts.overdue + counts.today + counts.later}
            hasFailed={shipments.isError}
            note={counts && t('today.dueToday', { today: counts.today, overdue: counts.overdue })}
            before={urgent?.toDo === 'trace' ? urgent.traceBy : urgent?.shipBy}
            isUrgent={counts !== undefined && counts.overdue > 0}
          />
          <Figure
            to="/merchant/$shopId/returns"
            label={t('today.toAnswer')}
            count={returns.data?.mine.length}
            hasFailed={returns.isError}
            hasMore={returns.data?.hasMore}
            note={t('today.toAnswerNote')}
            before={returns.data?.mine[0]?.waitsFor?.dueAt}
          />
          <Figure
            to="/merchant/$shopId/notices"
            label={t('today.unread')}
            count={unread.data}
            hasFailed={unread.isError}
            note={t('today.unreadNote')}
          />
        </ul>
        <div className={card.columns}>
          <div className={card.column}>
            <CampaignTasks campaigns={campaigns} />
          </div>
          <div className={card.column}>
            {campaigns.data
              ?.filter(({ status }) => status === 'shortlisted')
              .map(({ campaign }) => (
                <Suspended key={campaign} campaign={campaign} />
              ))}
            <ReturnsToAnswer requests={returns.data?.mine ?? []} />
          </div>
        </div>
      </div>
    </Page>
  )
}
