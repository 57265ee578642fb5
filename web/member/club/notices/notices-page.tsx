import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query'
import { postOnce, freshKey } from '#web/kit/api.ts'
import { Button } from '#web/kit/button.tsx'
import { Fault } from '#web/kit/fault.tsx'
import { useFormat } from '#web/kit/format-context.ts'
import { More } from '#web/kit/more.tsx'
import { Notice } from '#web/kit/notice.tsx'
import { useWords } from '#web/i18n/words.ts'
import { ClubFrame } from '#web/member/club/club-frame.tsx'
import { memberPath } from '#web/member/club/member-path.ts'
import { useNoticeText } from '#web/member/club/notices/notice-text.ts'
import {
  NoticeSchema,
  noticesQuery,
  type MemberNotice,
} from '#web/member/club/notices/resources.ts'
import { useMemberId } from '#web/member/member-id.ts'
import { EntriesSkeleton } from '#web/member/member-skeleton.tsx'
import card from '#web/member/club/card.module.css'
import styles from './notices-page.module.css'

/** What the member was told, newest first, with what is not read yet. */
export function NoticesPage() {
  const { t } = useWords()
  return (
    <ClubFrame title={t('notices.title')}>
      <Shown />
    </ClubFrame>
  )
}

function Shown() {
  const { t } = useWords()
  const notices = useInfiniteQuery(noticesQuery(useMemberId()))
  const reading = useReading()
  if (notices.data === undefined && notices.isError) {
    return <Fault error={notices.error} retry={() => void notices.refetch()} />
  }
  if (notices.data === undefined) return <EntriesSkeleton />

  const all = notices.data.pages.flatMap((page) => page.announcements)
  const unread = all.filter(({ readAt }) => readAt === undefined)
  if (all.length === 0) return <Notice icon="clock" title={t('notices.none')} />
  return (
    <section className={card.card} aria-label={t('notices.title')}>
      {unread.length > 0 && (
        <div className={styles.head}>
          <p className={card.words}>{t('notices.unread', { count: unread.length })}</p>
          <Button disabled={reading.isPending} onClick={() => reading.mutate(unread)}>
            {t('notices.readAll')}
          </Button>
        </div>
      )}
      {reading.isError && (
        <p className={styles.fault} role="alert">
          {t('notices.readFailed')}
        </p>
      )}
      <ol className={card.list}>
        {all.map((notice) => (
          <li key={notice.announcementId}>
            <NoticeRow notice={notice} />
          </li>
        ))}
      </ol>
      {notices.hasNextPage && (
        <More
          isLoading={notices.isFetchingNextPage}
          hasFailed={notices.isFetchNextPageError}
          load={() => void notices.fetchNextPage()}
          words={{
            more: t('notices.more'),
            loading: t('trades.loading'),
            failed: t('notices.moreFailed'),
          }}
        />
      )}
    </section>
  )
}

/** Says of notices that they were read. */
function useReading() {
  const memberId = useMemberId()
  const queries = useQueryClient()
  return useMutation({
    mutationFn: async (notices: readonly MemberNotice[]) => {
      for (const { announcementId } of notices) {
        const path = memberPath(memberId, 'announcements', announcementId, 'read')
        await postOnce(path, NoticeSchema, { key: freshKey() })
      }
    },
    onSettled: async () => {
      await Promise.all([
        queries.invalidateQueries({ queryKey: ['notices', memberId] }),
        queries.invalidateQueries({ queryKey: ['unread', memberId] }),
      ])
    },
  })
}

function NoticeRow({ notice }: { readonly notice: MemberNotice }) {
  const { t } = useWords()
  const format = useFormat()
  const textOf = useNoticeText()
  const isUnread = notice.readAt === undefined
  return (
    <article className={isUnread ? styles.unread : styles.read}>
      <p className={styles.text}>
        {isUnread && (
          <span className={styles.dot}>
            <span className={styles.hidden}>{t('notices.new')} </span>
          </span>
        )}
        {textOf(notice)}
      </p>
      <p className={card.words}>{format.time(notice.at)}</p>
    </article>
  )
}
