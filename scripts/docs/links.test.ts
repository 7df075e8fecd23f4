import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))))

/** Every page of the project, with paths from the root. */
function listPages(): readonly string[] {
  const beneath = ['docs', 'examples', 'packages', 'apps', 'testing', 'e2e', 'bench', '.changeset'].flatMap((folder) => {
    if (!existsSync(join(root, folder))) return []
    return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map((name) => join(folder, name))
  })
  return [...readdirSync(root), ...beneath].filter((name) => name.endsWith('.md') && !/(?:^|\/)(?:node_modules|dist)\//.test(name))
}

/** Links of a page to files of the project: where to, as written. What stands in code is no link. */
function findLinks(text: string): readonly string[] {
  const prose = text.replaceAll(/^```.*?^```/gms, '').replaceAll(/`[^`\n]*`/g, '')
  return [...prose.matchAll(/\]\(([^)\s]+)\)/g)].map(([, to = '']) => to).filter((to) => !/^[a-z]+:/.test(to))
}

/** The anchors of a page, as forges make them of its headings. */
function findAnchors(text: string): ReadonlySet<string> {
  const headings = [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) => heading)
  return new Set(headings.map((heading) => heading.toLowerCase().replaceAll(/[^\p{L}\p{N} _-]/gu, '').replaceAll(' ', '-')))
}

function findDead(page: string): readonly string[] {
  return findLinks(readFileSync(join(root, page), 'utf8')).filter((to) => {
    const [path = '', anchor] = to.split('#')
    const target = path === '' ? join(root, page) : join(root, dirname(page), path)
    if (!existsSync(target) || relative(root, target).startsWith('..')) return true
    return anchor !== undefined && !findAnchors(readFileSync(target, 'utf8')).has(anchor)
  })
}

describe('links', () => {
  const pages = listPages()

  it('are looked for in all pages', () => {
    expect(pages).toEqual(expect.arrayContaining(['README.md', 'docs/operating.md', 'packages/git-wire/README.md']))
  })

  it.each(pages)('of %s lead somewhere', (page) => {
    expect(findDead(page)).toEqual([])
  })

  it('that are dead are found', () => {
    expect(findLinks('[a](b.md) and [c](https://x.example) but `[d](e.md)`\n```\n[f](g.md)\n```\n')).toEqual(['b.md'])
    expect(findAnchors('# On `undo.keep`, and more\n')).toEqual(new Set(['on-undokeep-and-more']))
  })
})
