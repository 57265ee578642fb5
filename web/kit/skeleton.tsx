import styles from './skeleton.module.css'

/** A grey shape in the place of something that is still on its way; sizes in rem. */
export function Skeleton(size: { readonly width?: number; readonly height: number }) {
  const width = size.width === undefined ? '100%' : `${size.width}rem`
  return (
    <span
      className={styles.skeleton}
      style={{ width, height: `${size.height}rem` }}
      aria-hidden="true"
    />
  )
}
