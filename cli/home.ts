import { Option } from '@commander-js/extra-typings'

/** Where a program keeps its own server, keys, anchors and reports: the same option everywhere. */
export function homeOption() {
  return new Option('--home <folder>', 'the folder of this market on this machine')
    .env('JIFEN_HOME')
    .default('.jifen')
}
