import type { UseQueryResult } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Fault } from '#web/kit/fault.tsx'
import { useFormat } from '#web/kit/format-context.ts'
import { millisecondsOf } from '#web/kit/format.ts'
import { Notice } from '#web/kit/notice.tsx'
import { asLanguage } from '#web/i18n/language.ts'
import { useWords } from '#web/i18n/words.ts'
import type { ShopCampaign, ToDo } from '#web/merchant/campaign/resources.ts'
import { Countdown } from '#web/merchant/frame/countdown.tsx'
import { useShopId } from '#web/merchant/frame/shop-context.ts'
import { EntriesSkeleton } from '#web/member/member-skeleton.tsx'
import card from '#web/member/club/card.module.css'
import styles from './today-page.module.css'

type CampaignTasksProps = { readonly campaigns: UseQueryResult<readonly ShopCampaign[]> }

/** What has to be done in each campaign now, counted down, then what is coming. */
export function CampaignTasks({ campaigns }: CampaignTasksProps) {
  const { t, language, word } = useWords()
  if (campaigns.data === undefined && campaigns.isError) {
    return <Fault error={campaigns.error} retry={() => void campaigns.refetch()} />
  }
  if (campaigns.data === undefined) return <EntriesSkeleton />
  const busy = campaigns.data
    .filter(({ toDo }) => toDo.some(isAhead))
    .toSorted((a, b) => firstDeadline(a) - firstDeadline(b))
  return (
    <section className={card.card} aria-labelledby="tasks">
      <h2 id="tasks" className={card.title}>
        {t('today.tasks')}
      </h2>
      {busy.length === 0 && (
        <Notice icon="check" title={t('today.nothing.title')} text={t('today.nothing.text')} />
      )}
      {busy.map(({ campaign, title, status, toDo }) => (
        <div key={campaign}>
          <h3 className={styles.part}>
            {title[asLanguage(language)]} · {word('enrolmentStatuses', status)}
          </h3>
          <ul className={card.list}>
            {toDo.filter(isAhead).map((each) => (
              <Task
                key={`${each.phase}/${each.supplement ?? ''}`}
                campaign={campaign}
                task={each}
              />
            ))}
          </ul>
        </div>
      ))}
    </section>
  )
}

/** The campaign whose deadline is next comes first; one with nothing to do now, last. */
function firstDeadline({ toDo }: ShopCampaign): number {
  const due = toDo.filter(({ state }) => state === 'now')
  return Math.min(...due.map(({ before }) => millisecondsOf(before)))
}

function isAhead({ state }: ToDo): boolean {
  return state === 'now' || state === 'coming'
}

function Task({ campaign, task }: { readonly campaign: string; readonly task: ToDo }) {
  const { t, language } = useWords()
  const format = useFormat()
  const shopId = useShopId()
  const isNow = task.state === 'now'
  return (
    <li>
      <Link
        to={
          task.task === 'declare' ? '/merchant/$shopId/declarations' : '/merchant/$shopId/campaign'
        }
        params={{ shopId }}
        search={{ campaign }}
        className={styles.task}
      >
        <span className={isNow ? styles.name : styles.quiet}>
          {task.title[asLanguage(language)]}
        </span>
        {isNow ? (
          <Countdown before={task.before} />
        ) : (
          <span className={card.words}>
            {t('today.from', { time: format.shortTime(task.from) })}
          </span>
        )}
      </Link>
    </li>
  )
}
