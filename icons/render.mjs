// Renders the committed PNG, ICO and ICNS files from the SVG sources: node icons/render.mjs
// The rasteriser is `tauri icon` (resvg), which the project has anyway; no other program is needed.
import { execFileSync } from 'node:child_process'
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const here = dirname(fileURLToPath(import.meta.url))
const tauri = join(here, '..', 'node_modules', '@tauri-apps', 'cli', 'tauri.js')
const scratch = mkdtempSync(join(tmpdir(), 'parasol-icons-'))

const STATES = ['off', 'on', 'busy', 'failed']
const TRAY_SIZES = [22, 24, 32, 48]
// What the menus and panels of Linux desktops ask for, beside what other systems have too.
const MENU_SIZES = [16, 22, 24, 48, 64, 96, 256]
// The panel's tone, the ink drawn on it, and the rim that saves the icon where the tone was guessed wrong.
const PANELS = { light: { ink: '#1d1c1a', rim: '#ffffff' }, dark: { ink: '#ecebe7', rim: '#000000' } }

try {
  const app = join(scratch, 'app')
  render(join(here, 'app.svg'), app)
  const files = ['32x32.png', '128x128.png', '128x128@2x.png', 'icon.png', 'icon.ico', 'icon.icns']
  for (const file of files) copyFileSync(join(app, file), join(here, file))

  const menu = join(scratch, 'menu')
  render(join(here, 'app.svg'), menu, MENU_SIZES)
  mkdirSync(join(here, 'menu'), { recursive: true })
  for (const size of MENU_SIZES) copyFileSync(join(menu, `${size}x${size}.png`), join(here, 'menu', `${size}.png`))

  for (const [panel, colours] of Object.entries(PANELS)) {
    const folder = join(here, 'tray', panel)
    mkdirSync(folder, { recursive: true })
    for (const state of STATES) {
      const source = join(scratch, `${panel}-${state}.svg`)
      writeFileSync(source, inked(readFileSync(join(here, `icon-${state}.svg`), 'utf8'), colours))
      const rendered = join(scratch, `${panel}-${state}`)
      render(source, rendered, TRAY_SIZES)
      for (const size of TRAY_SIZES) {
        copyFileSync(join(rendered, `${size}x${size}.png`), join(folder, `${state}-${size}.png`))
      }
    }
  }
} finally {
  rmSync(scratch, { recursive: true, force: true })
}

/** The drawing in one ink, on top of itself drawn a little wider in the rim's colour. */
function inked(svg, { ink, rim }) {
  const [, head, drawing] = svg.match(/^(<svg[^>]*>)([\s\S]*)<\/svg>\s*$/) ?? []
  if (!drawing) throw new Error('an icon source is one <svg> element')
  const paths = drawing.replaceAll('currentColor', ink)
  const wider = drawing
    .replace(/stroke-width="([\d.]+)"/g, (_, width) => `stroke-width="${Number(width) + 6}"`)
    .replace(/fill="currentColor"/g, 'fill="currentColor" stroke="currentColor" stroke-width="6"')
    .replaceAll('currentColor', rim)
  return `${head}<g opacity=".6">${wider}</g>${paths}</svg>\n`
}

function render(source, folder, sizes = []) {
  const only = sizes.flatMap((size) => ['--png', String(size)])
  execFileSync(process.execPath, [tauri, 'icon', ...only, '--output', folder, source], { stdio: ['ignore', 'ignore', 'inherit'] })
}
