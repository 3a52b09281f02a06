import assert from 'node:assert/strict'
import { test } from 'node:test'
import { canGoOn, concerns, decision, isWriting, keyOf, marked, mayKeep, moment, numbersIn, settled, titleOf } from './kept-pages.js'

const home = 'https://wiki.example'
const asks = (method, mode, path, destination = '') => concerns({ method, mode, destination }, new URL(path, home), home)

test('only reading is answered, never sending, downloads or other sites', () => {
  assert.equal(asks('GET', 'navigate', '/pages/12-le-jardin'), 'page')
  assert.equal(asks('POST', 'navigate', '/pages/12/edit'), '')
  assert.equal(asks('GET', 'navigate', '/files/3/download'), '')
  assert.equal(asks('GET', 'navigate', '/groups/1/offline/4.zip'), '')
  assert.equal(asks('GET', 'no-cors', '/static/app-1.css'), 'part')
  assert.equal(asks('GET', 'no-cors', '/files/3/preview/medium', 'image'), 'picture')
  assert.equal(asks('GET', 'cors', '/maps/3/features.json?since=0&brief=1'), 'picture', 'a map without network keeps its marks')
  assert.equal(asks('GET', 'cors', '/groups/3/map/features.json?since=0&brief=1'), 'picture')
  for (const path of ['/maps/3/features.json', '/maps/3/features.json?since=12', '/maps/3/features.json?id=x']) assert.equal(asks('GET', 'cors', path), '')
  assert.equal(concerns({ method: 'GET', mode: 'navigate' }, new URL('https://other.example/'), home), '')
})

test('nothing of an account, of a door or being written is kept', () => {
  for (const path of ['/account', '/account/tokens', '/login', '/c/AB12', '/accord/x', '/admin/', '/groups/1/door', '/groups/1/cards', '/pages/2/edit', '/j/x']) assert.equal(mayKeep(path), false, path)
  for (const path of ['/', '/pages/12-le-jardin', '/groups/1-nous', '/search', '/joinville']) assert.equal(mayKeep(path), true, path)
})

test('of what is being written only a shared text is kept', () => {
  for (const path of ['/pages/2/edit', '/reports/12-le-jardin/edit', '/portraits/3/edit']) assert.equal(isWriting(path), true, path)
  for (const path of ['/pages/new', '/groups/edit', '/account/edit', '/admin/terms/3/edit', '/pages/2/edit/x']) assert.equal(isWriting(path), false, path)
  assert.equal(canGoOn('<form><co-editor data-words="{}">'), true)
  assert.equal(canGoOn('<form><text-editor>'), false)
})

test('a thing is kept once, whatever title its address bears', () => {
  assert.equal(keyOf(`${home}/maps/110-notre-carte?view=table#feature-1`), `${home}/maps/110?view=table`)
  assert.equal(keyOf(`${home}/maps/110`), `${home}/maps/110`)
  assert.equal(keyOf(`${home}/pages/12-le-jardin/edit`), `${home}/pages/12/edit`)
  assert.equal(keyOf(`${home}/groups/3-nous/activity`), `${home}/groups/3/activity`)
})

test('what an answer asks', () => {
  const page = { status: 200, reader: '3', control: 'private, no-cache', type: 'text/html; charset=utf-8' }
  assert.equal(decision(page), 'keep')
  assert.equal(decision({ ...page, reader: '-' }), 'forget')
  assert.equal(decision({ ...page, status: 401 }), 'forget')
  assert.equal(decision({ ...page, control: 'no-store' }), '', 'a sheet of names is not kept, and what was kept stays')
  for (const status of [403, 404, 410]) assert.equal(decision({ ...page, status }), 'gone')
  for (const status of [422, 429, 500, 503]) assert.equal(decision({ ...page, status }), '')
  assert.equal(decision({ ...page, type: 'application/pdf' }), '')
})

test('a page given again says when it was read', () => {
  const now = new Date(2026, 10, 30, 18, 0).getTime()
  assert.equal(moment(new Date(2026, 10, 30, 10, 12), 'fr', now), '10 h 12')
  assert.equal(moment(new Date(2026, 10, 29, 9, 5), 'fr', now), '29 novembre, 9 h 05')
  assert.match(marked('<html><body class="a"><main>', 'version de <b>'), /<body class="a"><p class="kept-page" role="status">version de &lt;b&gt;<\/p><main>/)
  assert.equal(titleOf('<title>Le jardin — Essaim</title>'), 'Le jardin')
})

test('what is said once is not said again, and what nobody else may see is not kept', () => {
  assert.equal(settled('<main><toast-note class="toast"><span>Fait</span></toast-note>Bonjour'), '<main>Bonjour')
  assert.equal(settled('<p class="my-digits">1234'), '')
})

test('the numbers to ask about', () => {
  assert.deepEqual(numbersIn([`${home}/pages/12-a`, `${home}/groups/3-b/activity`, `${home}/files?group=4`, `${home}/`]), { items: [12], groups: [3, 4] })
})
