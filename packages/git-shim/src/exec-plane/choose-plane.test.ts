import { describe, expect, it } from 'vitest'

import { GitSettings } from '../gateway/git-settings.ts'
import { choosePlane, readPlane } from './choose-plane.ts'

const REFWARD_GATEWAY = 'https://gate.example.org/refward/'
const listing = (...entries: readonly (readonly [scope: string, key: string, value: string])[]): GitSettings => new GitSettings(entries.map(([scope, key, value]) => `${scope}\0${key}\n${value}\0`).join(''))
const led = listing(['global', 'url.https://gate.example.org/refward/git/forge/.insteadof', 'https://git.example.org/'])

describe('the plane', () => {
  it.each([
    { name: 'said to be exec', environment: { REFWARD_PLANE: 'exec' }, settings: led, plane: 'exec' },
    { name: 'said to be git', environment: { REFWARD_PLANE: 'git', REFWARD_GATEWAY }, settings: listing(), plane: 'git' },
    { name: 'of a sandbox that has nothing but settings of git', environment: {}, settings: led, plane: 'git' },
    { name: 'of one that has nothing at all', environment: { REFWARD_PLANE: '' }, settings: listing(), plane: 'git' },
    { name: 'of one whose git is led to the gateway', environment: { REFWARD_GATEWAY }, settings: led, plane: 'git' },
    { name: 'of one whose git is led there by variables', environment: { REFWARD_GATEWAY }, settings: listing(['command', 'url.https://gate.example.org/refward/git/f/.insteadof', 'https://x/']), plane: 'git' },
    { name: 'of one whose git is not', environment: { REFWARD_GATEWAY }, settings: listing(['global', 'user.name', 'x']), plane: 'exec' },
    { name: 'of one whose git is led elsewhere', environment: { REFWARD_GATEWAY }, settings: listing(['global', 'url.https://gate.example.org/refward2/.insteadof', 'https://git.example.org/']), plane: 'exec' },
    { name: 'when a work tree says otherwise', environment: { REFWARD_GATEWAY }, settings: listing(['local', 'url.https://gate.example.org/refward/git/f/.insteadof', 'https://x/']), plane: 'exec' },
  ])('$name is $plane', ({ environment, settings, plane }) => {
    expect(choosePlane(environment, settings)).toBe(plane)
  })

  it.each(['EXEC', 'http', 'exec ', '1'])('is not %j', (plane) => {
    expect(() => readPlane({ REFWARD_PLANE: plane })).toThrow(expect.objectContaining({ code: 'RW_SHIM_SETTING', message: 'the variable REFWARD_PLANE cannot be used: it is neither git nor exec' }))
  })

  it('is known without a look at the settings, where nothing tells of a gateway', () => {
    expect(readPlane({})).toBe('git')
  })
})
