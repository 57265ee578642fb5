import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { freshKey, postOnce } from '#web/kit/api.ts'
import { Button } from '#web/kit/button.tsx'
import { useFormat } from '#web/kit/format-context.ts'
import { Icon } from '#web/kit/icon.tsx'
import { Notice } from '#web/kit/notice.tsx'
import { Paged } from '#web/kit/paged.tsx'
import { useWords } from '#web/i18n/words.ts'
import { Page } from '#web/merchant/frame/page.tsx'
import { shopPath } from '#web/merchant/frame/resources.ts'
import { useShopId } from '#web/merchant/frame/shop-context.ts'
import { targetOf, useNoticeText } from '#web/merchant/notices/notice-text.ts'
import {
  noticesQuery,
  NoticeSchema,
  type ShopNotice,
  type Which,
} from '#web/merchant/notices/resources.ts'
import { Tabs } from '#web/merchant/parts/tabs.tsx'
import { useProblemText } from '#web/member/club/problem-text.ts'
import card from '#web/member/club/card.module.css'
import parts from '#web/merchant/parts/parts.module.css'
import styles from './notices-page.module.css'

/** What the shop was told, the newest first, with what is not read yet. */
export function NoticesPage() {
  const { t } = useWords()
  const problemText = useProblemText()
  const shopId = useShopId()
  const [which, setWhich] = useState<Which>('all')
  const notices = useInfiniteQuery(noticesQuery(shopId, which))
  const reading = useReading()
  const shown = notices.data?.pages.flatMap((page) => page.announcements) ?? []
  const unread = shown.filter(({ readAt }) => readAt === undefined)
  const tabs = [
    { name: 'all', text: t('shopNotice.all') },
    {
      name: 'unread',
      text: t('shopNotice.unread', { count: notices.data?.pages[0]?.unread ?? 0 }),
    },
  ] as const
  return (
    <Page
      title={t('console.nav.notices')}
      action={
        unread.length > 0 && (
          <Button disabled={reading.isPending} onClick={() => reading.mutate(unread)}>
            {t('shopNotice.readShown')}
          </Button>
        )
      }
    >
      <Tabs label={t('shopNotice.which')} tabs={tabs} chosen={which} choose={setWhich} />
      <section className={card.card} aria-label={t('console.nav.notices')}>
        {reading.isError && (
          <p className={parts.fault} role="alert">
            {problemText(reading.error)}
          </p>
        )}
        <Paged
          query={notices}
          itemsOf={(page) => page.announcements}
          keyOf={({ announcementId }) => announcementId}
          show={(notice) => <Row notice={notice} read={() => reading.mutate([notice])} />}
          none={<Notice icon="check" title={t(`shopNotice.none.${which}`)} />}
        />
      </section>
    </Page>
  )
}

function Row({ notice, read }: { readonly notice: ShopNotice; readonly read: () => void }) {
  const { t } = useWords()
  const format = useFormat()
  const textOf = useNoticeText()
  const shopId = useShopId()
  const isUnread = notice.readAt === undefined
  const target = targetOf(notice)
  return (
    <article className={styles.notice}>
      <p className={isUnread ? styles.unread : styles.read}>
        {isUnread && (
          <span className={styles.dot}>
            <span className={styles.hidden}>{t('shopNotice.new')} </span>
          </span>
        )}
        {textOf(notice)}
      </p>
      <p className={card.words}>{format.time(notice.at)}</p>
      {target !== undefined && (
        <Link
          to={`/merchant/$shopId/${target}`}
          params={{ shopId }}
          className={card.link}
          onClick={() => isUnread && read()}
        >
          {t(`console.nav.${target}`)}
          <Icon name="chevron" />
        </Link>
      )}
    </article>
  )
}

/** Says of notices that they were read. */
function useReading() {
  const shopId = useShopId()
  const queries = useQueryClient()
  return useMutation({
    mutationFn: async (notices: readonly ShopNotice[]) => {
      for (const { announcementId } of notices) {
        const path = shopPath(shopId, 'announcements', announcementId, 'read')
        await postOnce(path, NoticeSchema, { key: freshKey() })
      }
    },
    onSettled: async () => {
      await Promise.all([
        queries.invalidateQueries({ queryKey: ['shop', shopId, 'notices'] }),
        queries.invalidateQueries({ queryKey: ['shop', shopId, 'unread'] }),
      ])
    },
  })
}
