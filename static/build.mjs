// Builds static/dist/: one style sheet, one script per page type, fonts, icons and images, all with hashed names,
// and manifest.json (plain name -> hashed name), which the server reads.
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, statSync, watch, writeFileSync } from 'node:fs'
import { basename, dirname, extname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import * as esbuild from 'esbuild'
import { lowerColours } from './oklch.mjs'

const here = dirname(fileURLToPath(import.meta.url))
const dist = join(here, 'dist')
const at = (...parts) => join(here, ...parts)

// Anything older than these misses cascade layers, and would show the plain HTML, which works too.
const target = ['chrome99', 'edge99', 'firefox97', 'safari15.4', 'es2021']

const PARTS = 'parts' // in the manifest, beside the names

/** Files of a folder with that ending, in alphabetical order (the cascade inside a layer must not depend on the disk). */
const files = (folder, ending) => (existsSync(at(folder)) ? readdirSync(at(folder)) : [])
  .filter((name) => name.endsWith(ending)).sort().map((name) => `./${folder}/${name}`)

const colours = {
  name: 'colours',
  setup: (build) => build.onLoad({ filter: /\.css$/ }, ({ path }) => (
    { contents: lowerColours(readFileSync(path, 'utf8')), loader: 'css' })),
}

const common = {
  absWorkingDir: here, outdir: 'dist', bundle: true, minify: true, metafile: true, write: false, target,
  entryNames: '[name]-[hash]', assetNames: '[name]-[hash]', chunkNames: 'part-[hash]', logLevel: 'warning',
  loader: { '.woff2': 'file' }, plugins: [colours],
}

function styles() {
  const sheets = ['./css/tokens.css', './css/fonts.css', './css/reset.css', './css/base.css', './css/layout.css',
    ...files('css/components', '.css'), ...files('css/features', '.css'), './css/print.css']
  const contents = '@layer reset, tokens, base, layout, components, features, print;\n'
    + sheets.map((sheet) => `@import "${sheet}";`).join('\n')
  return esbuild.build({ ...common, entryNames: 'app-[hash]', stdin: { contents, resolveDir: here, sourcefile: 'app.css', loader: 'css' } })
}

/** The sheets of what is printed or made into a PDF, of cards on other sites, and of maps, stand alone. */
function alone() {
  return esbuild.build({ ...common, entryPoints: ['css/paper/paper.css', 'css/paper/poster.css', 'css/paper/map-sheet.css', 'css/paper/folder.css', 'css/paper/bar.css', 'css/embed/embed.css', 'css/map/map.css'] })
}

function scripts() {
  // Every file directly in js/ is the script of a type of page; elements/ and lib/ are what they are made of.
  const entryPoints = files('js', '.js')
  return esbuild.build({ ...common, entryPoints, outbase: 'js', format: 'esm', splitting: true })
}

/** What keeps pages readable without network is one script of its own, which `/sw.js` gives. */
function worker() {
  return esbuild.build({ ...common, entryPoints: ['js/worker/worker.js'], format: 'iife' })
}

/** What is taken away on a key must run from a folder, where browsers load no modules. */
function takenAway() {
  return esbuild.build({ ...common, entryPoints: ['js/alone/folder.js', 'js/alone/carried.js'], format: 'iife' })
}

function collect({ outputFiles, metafile }, manifest, written, plainName) {
  const weight = (name) => metafile.outputs[`dist/${name}`].bytes
  for (const file of outputFiles) written.set(relative(dist, file.path), file.contents)
  for (const [path, output] of Object.entries(metafile.outputs)) {
    const name = output.entryPoint ? plainName(output.entryPoint) : preloaded(Object.keys(output.inputs))
    if (name) manifest[name] = basename(path)
    // The heaviest is asked for first: the others come while it travels.
    if (name?.endsWith('.js')) manifest[PARTS][name] = needed(path, metafile.outputs).sort((one, other) => weight(other) - weight(one))
  }
}

/** All that a script brings before it runs, itself included: the page asks for it at once, not link after link. */
function needed(path, outputs, found = new Set()) {
  if (found.has(basename(path))) return [...found]
  found.add(basename(path))
  for (const { path: next, kind } of outputs[path].imports) if (kind === 'import-statement') needed(next, outputs, found)
  return [...found]
}

/** The two fonts of every page have a plain name, so that the page can ask for them before it has read the styles. */
const preloaded = ([input = '']) => input.match(/next-latin-(400|800)-normal\.woff2$/)?.[1].replace(/^/, 'font-').concat('.woff2')

/** A file that goes out as it is, under a name that changes with its bytes. */
function copy(path, name, manifest, written) {
  keep(readFileSync(at(path)), name, manifest, written)
}

function keep(bytes, name, manifest, written) {
  const ending = extname(name)
  const hash = createHash('sha256').update(bytes).digest('hex').slice(0, 8).toUpperCase()
  manifest[name] = `${basename(name, ending)}-${hash}${ending}`
  written.set(manifest[name], bytes)
}

/** Countries and departments for the maps that show no more than them; names are left out where nothing reads them. */
function outlines(manifest, written) {
  copy('outlines/departments.json', 'outline-france.json', manifest, written)
  const world = JSON.parse(readFileSync(at('node_modules/world-atlas/countries-110m.json'), 'utf8'))
  delete world.objects.land
  for (const country of world.objects.countries.geometries) delete country.properties
  keep(Buffer.from(JSON.stringify(world)), 'outline-world.json', manifest, written)
}

async function build() {
  const started = performance.now()
  const manifest = { [PARTS]: {} }
  const written = new Map()
  const [css, sheets, js, away, own] = await Promise.all([styles(), alone(), scripts(), takenAway(), worker()])
  collect(css, manifest, written, () => 'app.css')
  collect(sheets, manifest, written, (entry) => basename(entry))
  collect(js, manifest, written, (entry) => basename(entry))
  for (const made of [away, own]) collect(made, manifest, written, (entry) => basename(entry))
  copy('icons.svg', 'icons.svg', manifest, written)
  for (const image of readdirSync(at('img'))) copy(`img/${image}`, image, manifest, written)
  outlines(manifest, written)
  written.set('fonts-licence.txt', readFileSync(at('node_modules/@fontsource/atkinson-hyperlegible-next/LICENSE')))
  put(written, manifest)
  console.log(`static/dist: ${written.size} files in ${Math.round(performance.now() - started)} ms`)
}

/** The manifest comes last and in one move: a server that reads meanwhile never meets a name without its file. */
function put(written, manifest) {
  mkdirSync(dist, { recursive: true })
  for (const [name, bytes] of written) {
    if (!existsSync(join(dist, name))) writeFileSync(join(dist, name), bytes)
  }
  const fresh = join(dist, `manifest.json.${process.pid}`)
  writeFileSync(fresh, JSON.stringify(manifest, null, 2) + '\n')
  renameSync(fresh, join(dist, 'manifest.json'))
  // A server that is running goes on giving the names it knows: what was built lately stays a while.
  const old = Date.now() - 3_600_000
  for (const name of readdirSync(dist)) {
    const path = join(dist, name)
    if (!written.has(name) && !name.startsWith('manifest.json') && statSync(path).mtimeMs < old) rmSync(path, { force: true })
  }
}

await build()

if (process.argv.includes('--watch')) {
  let timer
  const again = () => { clearTimeout(timer); timer = setTimeout(() => build().catch((error) => console.error(error.message)), 60) }
  for (const path of ['css', 'js', 'img', 'icons.svg']) watch(at(path), { recursive: true }, again)
}
