import { readFile, writeFile } from 'node:fs/promises'

/** Resident memory of a process in bytes, as Linux counts it. */
export async function residentBytes(pid: number): Promise<number> {
  return readStatus(pid, 'VmRSS')
}

/** The highest resident memory since the start, or since {@link resetPeak}. */
export async function peakBytes(pid: number): Promise<number> {
  return readStatus(pid, 'VmHWM')
}

export async function resetPeak(pid: number): Promise<void> {
  await writeFile(`/proc/${pid}/clear_refs`, '5')
}

async function readStatus(pid: number, field: string): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8')
  return Number(new RegExp(`^${field}:\\s+(\\d+) kB$`, 'm').exec(status)?.[1]) * 1024
}
