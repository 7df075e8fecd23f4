import { renderCommand } from '@refward/core-policy'
import { describe, expect, it } from 'vitest'

import { planGh } from './plan-gh.ts'
import { readFiles } from './read-files.ts'

const FILES: ReadonlyMap<string, string> = new Map([
  ['-', 'from stdin'],
  ['text.md', 'line\n@other.md\n'],
  ['fields.json', '{"title": "t", "draft": true, "line": 5, "none": null, "at": "@text.md"}'],
  ['list.json', '[1]'],
  ['deep.json', '{"a": {"b": 1}}'],
  ['half.json', '{"a": 1.5}'],
  ['name.json', '{"a[]": "x"}'],
])

async function run(...argv: readonly string[]): Promise<{ readonly argv: readonly string[]; readonly stdin: string | undefined; readonly asked: readonly string[] }> {
  const plan = planGh(argv)
  if (plan.kind !== 'ask') throw new Error(`it is ${plan.kind}`)
  const asked: string[] = []
  const read = (path: string): Promise<string> => {
    asked.push(path)
    return Promise.resolve(FILES.get(path) ?? '')
  }
  const { command, stdin } = await readFiles(plan.command, read)
  return { argv: renderCommand(plan.table, command), stdin, asked }
}

describe('files that a command names', () => {
  it('become the standard input of a text', async () => {
    expect(await run('pr', 'comment', '1', '-F', 'text.md')).toEqual({ argv: ['pr', 'comment', '--body-file=-', '1'], stdin: 'line\n@other.md\n', asked: ['text.md'] })
  })

  it('leave the standard input alone when it is not asked for', async () => {
    expect(await run('pr', 'comment', '1', '-b', '-')).toEqual({ argv: ['pr', 'comment', '--body=-', '1'], stdin: undefined, asked: [] })
  })

  it('become the text of a field', async () => {
    expect(await run('api', 'x', '-F', 'body=@text.md', '-F', 'n=1', '-f', 'raw=@text.md', '-F', 'in=@-')).toMatchObject({ argv: ['api', '--raw-field=body=line\n@other.md\n', '--field=n=1', '--raw-field=raw=@text.md', '--raw-field=in=from stdin', 'x'], stdin: undefined })
  })

  it('become fields, none of which names a file again', async () => {
    expect(await run('api', 'x', '--input', 'fields.json')).toMatchObject({ argv: ['api', '--raw-field=title=t', '--field=draft=true', '--field=line=5', '--field=none=null', '--raw-field=at=@text.md', '--method=POST', 'x'] })
    expect((await run('api', 'x', '-X', 'PATCH', '--input', 'fields.json')).argv).toContain('--method=PATCH')
  })

  it.each(['list.json', 'deep.json', 'half.json', 'name.json', 'text.md'])('are refused as fields when they are like %s', async (file) => {
    await expect(run('api', 'x', '--input', file)).rejects.toThrow(expect.objectContaining({ code: 'RW_GH_USAGE' }))
  })
})
