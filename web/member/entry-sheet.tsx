import { useQuery } from '@tanstack/react-query'
import { getRouteApi, useLocation, useNavigate, useRouter } from '@tanstack/react-router'
import { ApiError } from '#web/kit/api.ts'
import { Fault } from '#web/kit/fault.tsx'
import { Notice } from '#web/kit/notice.tsx'
import { Sheet } from '#web/kit/sheet.tsx'
import { Skeleton } from '#web/kit/skeleton.tsx'
import { useTitle } from '#web/kit/use-title.ts'
import { useWords } from '#web/i18n/words.ts'
import { EntryExplanation } from '#web/member/entry-explanation.tsx'
import { useMemberId } from '#web/member/member-id.ts'
import { entryQuery } from '#web/member/resources.ts'
import styles from './entry-sheet.module.css'

/** The explanation of one entry, over the list and at an address of its own. */
export function EntrySheet() {
  const { t } = useWords()
  const close = useClose()
  useTitle(t('entry.pageTitle'))
  return (
    <Sheet title={t('entry.title')} onClosed={close}>
      <Explained />
    </Sheet>
  )
}

function Explained() {
  const { t } = useWords()
  const { program, unit, seq } = getRouteApi('/member/entries/$program/$unit/$seq').useParams()
  const entry = useQuery(entryQuery(useMemberId(), { program, unit }, seq))
  if (isUnknown(entry.error)) {
    return <Notice icon="receipt" title={t('entry.unknown')} text={entry.error?.message} />
  }
  if (entry.isError) return <Fault error={entry.error} retry={() => void entry.refetch()} />
  if (entry.data === undefined) {
    return (
      <div className={styles.skeleton}>
        <Skeleton width={9} height={2.75} />
        <Skeleton width={14} height={1.125} />
        <Skeleton height={7} />
        <Skeleton height={9} />
      </div>
    )
  }
  return <EntryExplanation entry={entry.data} unit={unit} />
}

function isUnknown(error: Error | null): boolean {
  return error instanceof ApiError && (error.status === 404 || error.status === 400)
}

/** Goes back to the list: one step where it is what the person came from, else to its address. */
function useClose(): () => void {
  const router = useRouter()
  const navigate = useNavigate()
  const { program, unit } = getRouteApi('/member/entries/$program/$unit/$seq').useParams()
  const isFromList = useLocation({ select: (location) => location.state.isFromList === true })
  return () => {
    if (isFromList) router.history.back()
    else void navigate({ to: '/member', search: { program, unit }, replace: true })
  }
}
