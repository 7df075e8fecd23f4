import { generateKeyPairSync } from 'node:crypto'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { DemoWorld } from './demo-world.ts'
import { findBytes } from './find-bytes.ts'
import type { Narrator } from './narrator.ts'
import type { ProgramResult } from './run-program.ts'

/** One agent at work: every git command is shown with its own output. */
export class Scenes {
  readonly #world: DemoWorld
  readonly #tell: Narrator
  readonly #tree: string

  constructor(world: DemoWorld, narrator: Narrator) {
    this.#world = world
    this.#tell = narrator
    this.#tree = join(world.agentHome, 'widget')
  }

  async play(): Promise<void> {
    await this.#prepareAgent()
    await this.#cloneRepository()
    await this.#pushOwnBranch()
    await this.#pushMain()
    await this.#askForAProgram()
    await this.#openPullRequest()
    await this.#pushSecret()
    await this.#rewriteAndUndo()
    await this.#showAudit()
    await this.#searchAgent()
  }

  async #prepareAgent(): Promise<void> {
    this.#tell.step('The operator names an agent and gets what goes into its sandbox')
    const added = await this.#operator('agent', 'add', 'fixer', '--repo', 'demo/acme/widget', '--json')
    const { files } = JSON.parse(added.stdout) as { readonly files: readonly { readonly path: string; readonly text: string }[] }
    for (const { path, text } of files) await this.#writeAgentFile(path, text)
    this.#tell.check(added.code === 0 && files.length > 0, `the agent's sandbox has ${files.map(({ path }) => path).join(' and ')}, and nothing else`)
  }

  async #cloneRepository(): Promise<void> {
    this.#tell.step("The agent clones by the forge's own URL")
    const cloned = await this.#git(this.#world.agentHome, 'clone', this.#world.widget.url, 'widget')
    this.#tell.check(cloned.code === 0, 'the clone came through the gateway')
    await this.#quiet('config', 'user.name', 'Fixer')
    await this.#quiet('config', 'user.email', 'fixer@agents.example')
  }

  async #pushOwnBranch(): Promise<void> {
    this.#tell.step('A push of its own branch is accepted')
    await this.#quiet('switch', '-c', 'agent/fixer/greeting')
    await this.#commit('greeting.txt', 'hello\n', 'say hello')
    const pushed = await this.#git(this.#tree, 'push', 'origin', 'agent/fixer/greeting')
    this.#tell.check(pushed.code === 0 && (await this.#isUpstream('agent/fixer/greeting')), 'the forge has the branch')
  }

  async #pushMain(): Promise<void> {
    this.#tell.step('A push to main is refused, with a remedy that works as it is printed')
    const before = await this.#upstreamTip('main')
    const refused = await this.#git(this.#tree, 'push', 'origin', 'HEAD:main')
    this.#tell.check(refused.code !== 0 && refused.screen.includes('RW_REF_PROTECTED'), 'refused with RW_REF_PROTECTED')
    this.#tell.check((await this.#upstreamTip('main')) === before, 'main on the forge is as it was')
    const remedy = /git (push origin HEAD:\S+)/.exec(refused.screen)?.[1] ?? ''
    const followed = await this.#git(this.#tree, ...remedy.split(' '))
    this.#tell.check(remedy !== '' && followed.code === 0, 'the remedy, as printed, is accepted')
  }

  async #askForAProgram(): Promise<void> {
    this.#tell.step('What names a program of the other side is refused before anything is sent')
    const refused = await this.#git(this.#tree, 'fetch', '--upload-pack=evil', 'origin')
    this.#tell.check(refused.code !== 0 && refused.screen.includes('RW_ARGUMENT_DENIED'), 'refused with RW_ARGUMENT_DENIED, by the git of the sandbox itself')
  }

  async #openPullRequest(): Promise<void> {
    this.#tell.step('gh needs no login: a pull request is opened, and merging it is refused')
    const { pulls } = this.#world.api
    const created = await this.#gh('pr', 'create', '--title', 'Say hello', '--body', 'A greeting.')
    this.#tell.check(created.code === 0 && pulls.length === 1 && pulls[0]?.head === 'agent/fixer/greeting', 'the forge has a pull request from the branch that the agent stands on')
    const merged = await this.#gh('pr', 'merge', '1', '--merge')
    this.#tell.check(merged.code !== 0 && merged.screen.includes('RW_FORGE_DENIED'), 'refused with RW_FORGE_DENIED')
    const status = await this.#gh('auth', 'status')
    this.#tell.check(status.code === 0 && !status.screen.includes(this.#world.password), 'gh says who the agent is, and shows no token')
  }

  async #pushSecret(): Promise<void> {
    this.#tell.step('A key three commits deep is found, although the newest commit does not have it')
    const key = generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
    await this.#quiet('switch', '-c', 'agent/fixer/deploy')
    await this.#commit('deploy/key.pem', key, 'add deploy script')
    const guilty = (await this.#quiet('rev-parse', 'HEAD')).stdout.trim()
    await this.#commit('deploy/key.pem', 'moved to the vault\n', 'clean up')
    await this.#commit('deploy/README.md', '# deploy\n', 'explain how to deploy')
    const refused = await this.#git(this.#tree, 'push', 'origin', 'agent/fixer/deploy')
    this.#tell.check(refused.code !== 0 && refused.screen.includes('RW_SECRET_FOUND'), 'refused with RW_SECRET_FOUND')
    this.#tell.check(refused.screen.includes(guilty.slice(0, 7)) && /deploy\/key\.pem/.test(refused.screen), 'commit and path are named')
    this.#tell.check(!key.split('\n').some((line) => line !== '' && !line.startsWith('-') && refused.screen.includes(line)), 'the secret is not in the output')
    this.#tell.check(!(await this.#isUpstream('agent/fixer/deploy')) && !(await this.#hasObject(guilty)), 'nothing of it reached the forge')
  }

  async #rewriteAndUndo(): Promise<void> {
    this.#tell.step('Rewriting its own branch is allowed, and the operator can bring the old tip back')
    await this.#quiet('switch', 'agent/fixer/greeting')
    const old = await this.#upstreamTip('agent/fixer/greeting')
    await this.#quiet('commit', '--amend', '-m', 'say hello, politely')
    const forced = await this.#git(this.#tree, 'push', '--force-with-lease', 'origin', 'agent/fixer/greeting')
    this.#tell.check(forced.code === 0 && (await this.#upstreamTip('agent/fixer/greeting')) !== old, 'the branch was rewritten')
    const undone = await this.#operator('undo', '--repo', 'demo/acme/widget', '--ref', 'refs/heads/agent/fixer/greeting')
    this.#tell.output(undone.screen)
    this.#tell.check(undone.code === 0 && (await this.#upstreamTip('agent/fixer/greeting')) === old, 'undo brought the old tip back')
  }

  async #showAudit(): Promise<void> {
    this.#tell.step('All of it is in the audit')
    const lines = await this.#operator('audit')
    this.#tell.output(lines.screen)
    const verified = await this.#operator('audit', '--verify')
    this.#tell.output(verified.screen)
    this.#tell.check(lines.code === 0 && verified.code === 0, 'the chain of the audit is whole')
  }

  async #searchAgent(): Promise<void> {
    this.#tell.step("The forge's password is nowhere in the agent's environment or files")
    const { files, hits } = await findBytes(this.#world.agentHome, [this.#world.password])
    const inEnvironment = JSON.stringify(this.#world.agentEnvironment).includes(this.#world.password)
    this.#tell.check(files > 0 && hits.length === 0 && !inEnvironment, `searched ${files} files and the environment`)
  }

  #git(cwd: string, ...args: readonly string[]): Promise<ProgramResult> {
    return this.#show(cwd, 'git', args)
  }

  #gh(...args: readonly string[]): Promise<ProgramResult> {
    return this.#show(this.#tree, 'gh', args)
  }

  async #show(cwd: string, program: string, args: readonly string[]): Promise<ProgramResult> {
    this.#tell.command('agent', [program, ...args].map(asTyped).join(' '))
    const result = await this.#world.agent(cwd, program, ...args)
    this.#tell.output(result.screen)
    return result
  }

  /** A git command that is beside the point of the scene. */
  async #quiet(...args: readonly string[]): Promise<ProgramResult> {
    const result = await this.#world.agent(this.#tree, 'git', ...args)
    if (result.code !== 0) throw new Error(`git ${args.join(' ')} failed: ${result.screen}`)
    return result
  }

  async #operator(...args: readonly string[]): Promise<ProgramResult> {
    this.#tell.command('operator', `refward ${args.join(' ')}`)
    const result = await this.#world.refward(...args)
    if (result.code !== 0) this.#tell.output(result.screen)
    return result
  }

  async #commit(path: string, text: string, message: string): Promise<void> {
    await this.#writeAgentFile(join('widget', path), text)
    await this.#quiet('add', path)
    await this.#quiet('commit', '-m', message)
  }

  async #writeAgentFile(path: string, text: string): Promise<void> {
    const target = join(this.#world.agentHome, path.replace(/^~\//, ''))
    await mkdir(join(target, '..'), { recursive: true })
    await writeFile(target, text, { mode: 0o600 })
  }

  async #upstreamTip(branch: string): Promise<string | undefined> {
    return (await this.#world.widget.refs()).get(`refs/heads/${branch}`)
  }

  async #isUpstream(branch: string): Promise<boolean> {
    return (await this.#upstreamTip(branch)) === (await this.#quiet('rev-parse', 'HEAD')).stdout.trim()
  }

  async #hasObject(id: string): Promise<boolean> {
    return this.#world.widget.git(['cat-file', '-e', id]).then(
      () => true,
      () => false,
    )
  }
}

/** As a person would write it. */
function asTyped(word: string): string {
  return /^[A-Za-z0-9_./:@=-]+$/.test(word) ? word : `'${word}'`
}
