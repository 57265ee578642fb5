import type { ReactNode } from 'react'
import { useTitle } from '#web/kit/use-title.ts'
import { useWords } from '#web/i18n/words.ts'
import { useShop } from '#web/merchant/frame/shop-context.ts'
import styles from './page.module.css'

type PageProps = {
  readonly title: string
  /** What the page is for, where its title does not say it. */
  readonly lead?: string | undefined
  /** What one comes here to do. */
  readonly action?: ReactNode
  readonly children: ReactNode
}

/** One page of a shop: its title, with what belongs to it. */
export function Page({ title, lead, action, children }: PageProps) {
  const { t } = useWords()
  const { shop } = useShop()
  useTitle(t('console.titled', { title, shop: shop.title }))
  return (
    <>
      <div className={styles.head}>
        <div>
          <h1 className={styles.title}>{title}</h1>
          {lead !== undefined && <p className={styles.lead}>{lead}</p>}
        </div>
        {action}
      </div>
      {children}
    </>
  )
}
