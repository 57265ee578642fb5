import { Skeleton } from '#web/kit/skeleton.tsx'
import { useWords } from '#web/i18n/words.ts'
import styles from './member-skeleton.module.css'

/** The shape of the page while it is on its way. */
export function MemberSkeleton() {
  const { t } = useWords()
  return (
    <div className={styles.skeleton}>
      <h1 className={styles.said}>{t('member.loading')}</h1>
      <Skeleton width={12} height={2} />
      <div className={styles.card}>
        <Skeleton width={6} height={1.25} />
        <Skeleton width={14} height={3.5} />
        <Skeleton height={1.25} />
      </div>
      <EntriesSkeleton />
    </div>
  )
}

/** The shape of some entries. */
export function EntriesSkeleton() {
  return (
    <div className={styles.entries}>
      {[9, 7, 11, 8].map((width) => (
        <div key={width} className={styles.entry}>
          <Skeleton width={2.5} height={2.5} />
          <div className={styles.words}>
            <Skeleton width={width} height={1.125} />
            <Skeleton width={width + 3} height={0.875} />
          </div>
        </div>
      ))}
    </div>
  )
}
