const shapes = {
  alert: 'M12 4 3 20h18L12 4Z M12 10v5 M12 17.6v.1',
  back: 'M9 5 4 10l5 5 M4 10h9a6 6 0 0 1 0 12',
  bag: 'M5 8h14l1 12H4L5 8Z M9 11V7a3 3 0 0 1 6 0v4',
  check: 'm5 12.5 5 5L19.5 7',
  chevron: 'm9 5 7 7-7 7',
  clock: 'M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18Z M12 7.5V12l3 2.5',
  close: 'M6 6l12 12 M18 6 6 18',
  coin: 'M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18Z M12 8l4 4-4 4-4-4 4-4Z',
  forbidden: 'M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18Z M6 6l12 12',
  forth: 'm15 5 5 5-5 5 M20 10h-9a6 6 0 0 0 0 12',
  gift: 'M4 9h16v4H4V9Z M5.5 13v7h13v-7 M12 9v11 M12 9C9 9 7.5 7.7 7.5 6.2S9 4 10 4.6 12 9 12 9Z M12 9c3 0 4.5-1.3 4.5-2.8S15 4 14 4.6 12 9 12 9Z',
  hourglass:
    'M6 3h12 M6 21h12 M7.5 3c0 5 3 6 4.5 9-1.5 3-4.5 4-4.5 9 M16.5 3c0 5-3 6-4.5 9 1.5 3 4.5 4 4.5 9',
  leave: 'M13 4H5v16h8 M10 12h10 M16.5 8.5 20 12l-3.5 3.5',
  lock: 'M5.5 11h13v9h-13v-9Z M8.5 11V7.5a3.5 3.5 0 0 1 7 0V11',
  offline:
    'M3 3l18 18 M2.5 9.5a14 14 0 0 1 4.6-2.9 M21.5 9.5A14 14 0 0 0 11 6 M6 13.5a9 9 0 0 1 4-2.2 M18 13.5a9 9 0 0 0-2-1.4 M12 19v.1',
  receipt: 'M6 3h12v18l-3-2-3 2-3-2-3 2V3Z M9.5 8h5 M9.5 12h5',
  star: 'm12 3.5 2.6 5.4 5.9.8-4.3 4.1 1 5.9-5.2-2.8-5.2 2.8 1-5.9L3.5 9.7l5.9-.8L12 3.5Z',
  unlock: 'M5.5 11h13v9h-13v-9Z M8.5 11V7.5a3.5 3.5 0 0 1 6.7-1.4',
} as const

export type IconName = keyof typeof shapes

/** A line drawing as high as the text around it. It says nothing that the words beside it do not. */
export function Icon({ name }: { readonly name: IconName }) {
  return (
    <svg
      width="1.25em"
      height="1.25em"
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.75"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
    >
      <path d={shapes[name]} />
    </svg>
  )
}
