// Parasol's window, driven through WebKit's own automation.
import { until } from './room.mjs'

const ELEMENT = 'element-6066-11e4-a52e-4f735466cecf'
const PORT = 4455

export class Window {
  #session

  /** Starts the program with its window. */
  static async open(room, program) {
    room.begin(['WebKitWebDriver', `--port=${PORT}`], { env: { TAURI_WEBVIEW_AUTOMATION: 'true' } })
    await until('WebKitWebDriver', () => fetch(`http://127.0.0.1:${PORT}/status`).catch(() => undefined))
    const asked = { 'webkitgtk:browserOptions': { binary: program, args: [] } }
    const window = new Window()
    const { sessionId } = await window.#ask('POST', '/session', { capabilities: { alwaysMatch: asked, firstMatch: [{}] } })
    window.#session = `/session/${sessionId}`
    return window
  }

  /** Presses the part with this `data-testid`. */
  async click(name) {
    await until(`${name} to press`, async () => {
      try {
        const part = await this.#part(name)
        await this.#ask('POST', `${this.#session}/execute/sync`, { script: "arguments[0].scrollIntoView({ block: 'center' })", args: [part] })
        await this.#ask('POST', `${this.#session}/element/${part[ELEMENT]}/click`, {})
        return true
      } catch {
        return false
      }
    })
  }

  async waitForText(name, text) {
    await until(`“${text}” in ${name}`, async () => {
      try {
        const part = await this.#part(name)
        return (await this.#ask('GET', `${this.#session}/element/${part[ELEMENT]}/text`)).includes(text)
      } catch {
        return false
      }
    })
  }

  #part(name) {
    return this.#ask('POST', `${this.#session}/element`, { using: 'css selector', value: `[data-testid='${name}']` })
  }

  async #ask(method, path, body) {
    const answer = await fetch(`http://127.0.0.1:${PORT}${path}`, {
      method,
      headers: { 'content-type': 'application/json' },
      body: body === undefined ? undefined : JSON.stringify(body),
      signal: AbortSignal.timeout(60_000),
    })
    const { value } = await answer.json()
    if (!answer.ok) throw new Error(JSON.stringify(value))
    return value
  }
}
