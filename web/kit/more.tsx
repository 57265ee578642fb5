import { useEffect, useRef } from 'react'
import { Button } from '#web/kit/button.tsx'
import styles from './more.module.css'

type MoreProps = {
  readonly isLoading: boolean
  readonly hasFailed: boolean
  readonly load: () => void
  readonly words: { readonly more: string; readonly loading: string; readonly failed: string }
}

/** A button that presses itself when it comes near, but not again after a failure. */
export function More({ isLoading, hasFailed, load, words }: MoreProps) {
  const end = useRef<HTMLDivElement>(null)
  useEffect(() => {
    if (isLoading || hasFailed || end.current === null) return
    const observer = new IntersectionObserver(
      (seen) => seen.some((each) => each.isIntersecting) && load(),
      { rootMargin: '200px' },
    )
    observer.observe(end.current)
    return () => observer.disconnect()
  }, [isLoading, hasFailed, load])
  return (
    <div ref={end} className={styles.more}>
      {hasFailed && (
        <p className={styles.failed} role="alert">
          {words.failed}
        </p>
      )}
      <Button disabled={isLoading} onClick={load}>
        {isLoading ? words.loading : words.more}
      </Button>
    </div>
  )
}
