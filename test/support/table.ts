/** The cells of a table of cases: one case a line, cells parted by `|`, without the blanks around them. */
export function rowsOf(table: string): string[][] {
  const lines = table.trim().split('\n')
  return lines.map((line) => line.split('|').map((cell) => cell.trim()))
}
