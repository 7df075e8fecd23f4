import { describe, expect, it } from 'vitest'

import { nameRepository } from './name-repository.ts'

const GATEWAY = 'https://gate.example.org'

describe('a repository, as the gateway is told', () => {
  it.each([
    { name: 'by its address', remote: { name: 'origin', address: 'https://git.example.org/acme/widget.git' }, told: 'https://git.example.org/acme/widget.git' },
    { name: 'by an address of ssh', remote: { name: 'backup', address: 'git@git.example.org:acme/backup.git' }, told: 'git@git.example.org:acme/backup.git' },
    { name: 'by its id, when it is on the gateway', remote: { name: 'origin', address: `${GATEWAY}/git/forge/acme/widget.git` }, told: 'forge/acme/widget.git' },
    { name: 'without what somebody has left in an address', remote: { name: 'origin', address: 'https://user:hunter2@git.example.org/acme/widget.git' }, told: 'https://git.example.org/acme/widget.git' },
    { name: 'by where it would go, for the gateway to refuse', remote: { name: 'origin', address: 'https://evil.example/acme/widget.git' }, told: 'https://evil.example/acme/widget.git' },
    { name: 'as origin, when the launcher cloned from a path', remote: { name: 'origin', address: '/srv/seed/widget' }, told: 'origin' },
    { name: 'as origin, whatever program an address names', remote: { name: 'origin', address: 'ext::sh -c evil' }, told: 'origin' },
  ])('is known $name', ({ remote, told }) => {
    expect(nameRepository(remote, GATEWAY)).toBe(told)
  })

  it.each([
    { name: 'backup', address: '/srv/seed/widget' },
    { name: 'backup', address: 'ext::sh -c evil' },
    { name: 'evil::x', address: 'evil::x' },
    { name: 'backup', address: '' },
  ])('is unknown: $name at $address', (remote) => {
    expect(() => nameRepository(remote, GATEWAY)).toThrow(expect.objectContaining({ code: 'RW_REMOTE_UNKNOWN' }))
  })

  it('never has a password in what is said of it', () => {
    expect(() => nameRepository({ name: 'https://user:hunter2@x/..', address: 'https://user:hunter2@x/..' }, GATEWAY)).toThrow(expect.objectContaining({ message: expect.not.stringContaining('hunter2') as unknown }))
  })
})
