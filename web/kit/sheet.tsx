import { Drawer } from '@base-ui/react/drawer'
import { useState, type ReactNode } from 'react'
import { Icon } from '#web/kit/icon.tsx'
import { useMedia } from '#web/kit/use-media.ts'
import { useWords } from '#web/i18n/words.ts'
import styles from './sheet.module.css'

type SheetProps = {
  readonly title: string
  /** Called when the sheet has gone, after its movement. */
  readonly onClosed: () => void
  readonly children: ReactNode
}

/** A panel over the page: from below on a telephone, from the side on a wide screen. */
export function Sheet({ title, onClosed, children }: SheetProps) {
  const { t } = useWords()
  const isWide = useMedia('(min-width: 48rem)')
  const [isOpen, setOpen] = useState(true)
  return (
    <Drawer.Root
      open={isOpen}
      onOpenChange={setOpen}
      onOpenChangeComplete={(open) => open || onClosed()}
      swipeDirection={isWide ? 'right' : 'down'}
    >
      <Drawer.Portal>
        <Drawer.Backdrop className={styles.backdrop} />
        <Drawer.Viewport className={styles.viewport}>
          <Drawer.Popup className={styles.popup}>
            <div className={styles.head}>
              <Drawer.Title className={styles.title}>{title}</Drawer.Title>
              <Drawer.Close className={styles.close} aria-label={t('sheet.close')}>
                <Icon name="close" />
              </Drawer.Close>
            </div>
            <Drawer.Content className={styles.content}>{children}</Drawer.Content>
          </Drawer.Popup>
        </Drawer.Viewport>
      </Drawer.Portal>
    </Drawer.Root>
  )
}
