import assert from 'node:assert/strict'
import { test } from 'node:test'
import { gather, settle, spread } from './map-clusters.js'
import { day, inSession } from './words.js'
import { filtersOf, counts, isNarrow, noFilters, sessionsOf, sieve } from './map-filters.js'
import { anchor, box, drawn, simple, simplify } from './map-geometry.js'
import { pieces, rebuilt, without } from './map-pieces.js'
import { MapQueue } from './map-queue.js'
import { HeldFiles } from './map-held.js'
import { MapStore } from './map-store.js'
import { bounds, looksOf, styler } from './map-style.js'
import { Refused, Unreachable } from './request.js'

const feeling = { key: 'feeling', type: 'emotion', label: 'Ici', choices: ['p2', 'p1', 'n0', 'm1', 'm2'].map((value) => ({ value, label: value, picto: value })) }
const size = { key: 'size', type: 'number', label: 'Taille' }
const at = (id, props = {}, more = {}) => ({ id, layer: 1, rev: 1, title: id, props, session: '', geometry: { type: 'Point', coordinates: [0, 0] }, ...more })

test('a mark stands inside its area, in the middle of its way, on its point', () => {
  assert.deepEqual(anchor({ type: 'Point', coordinates: [3, 4, 9] }), [3, 4])
  assert.deepEqual(anchor({ type: 'LineString', coordinates: [[0, 0], [4, 0], [4, 4]] }), [4, 0])
  const [x, y] = anchor({ type: 'Polygon', coordinates: [[[0, 0], [10, 0], [10, 10], [8, 10], [8, 1], [0, 1], [0, 0]]] })
  assert.ok(x > 8 && x < 10 && y === 5, 'an L has its middle outside itself')
  assert.equal(anchor(null), null)
  assert.deepEqual(box({ type: 'GeometryCollection', geometries: [{ type: 'Point', coordinates: [1, 2] }, { type: 'LineString', coordinates: [[-1, 5], [0, 0]] }] }), [-1, 0, 1, 5])
  assert.equal(box({ type: 'GeometryCollection', geometries: [] }), null)
})

test('a hand that draws leaves few positions, none far from it', () => {
  const line = Array.from({ length: 200 }, (_, i) => [i, Math.sin(i / 30) * 40 + (i % 2)])
  const short = simplify(line, 3)
  assert.ok(short.length < 20)
  assert.deepEqual([short[0], short.at(-1)], [line[0], line.at(-1)])
  assert.deepEqual(drawn('Polygon', [[0, 0], [1, 0], [1, 1]]).coordinates[0].at(-1), [0, 0])
  assert.equal(drawn('Polygon', [[0, 0], [1, 0]]), null)
})

test('a shape of several parts is moved piece by piece and put together again', () => {
  const square = (x, size = 1) => [[x, 0], [x + size, 0], [x + size, size], [x, 0]]
  const areas = { type: 'MultiPolygon', coordinates: [[square(0, 9), square(2)], [square(20)]] }
  const found = pieces(areas)
  assert.deepEqual(found.map(({ kind, isHole, positions }) => [kind, isHole, positions.length]), [['Polygon', false, 3], ['Polygon', true, 3], ['Polygon', false, 3]])
  assert.deepEqual(rebuilt(areas, found), areas)
  found[2].positions[0] = [21.12345678, 0]
  assert.deepEqual(rebuilt(areas, found).coordinates[1][0].at(-1), [21.123457, 0], 'a ring stays closed')
  assert.deepEqual(areas.coordinates[1][0][0], [20, 0], 'what was given stays as it was')
  assert.equal(rebuilt(areas, without(found, 1)).coordinates[0].length, 1, 'a hole goes alone')
  assert.equal(rebuilt(areas, without(found, 0)).coordinates.length, 1, 'an area goes with its holes')
  assert.equal(rebuilt(areas, without(without(found, 0), 2)), null)
  const mixed = { type: 'GeometryCollection', geometries: [{ type: 'MultiLineString', coordinates: [[[0, 0, 12], [1, 1, 13]], [[2, 2], [3, 3]]] }, { type: 'MultiPoint', coordinates: [[5, 5], [6, 6]] }] }
  assert.deepEqual(rebuilt(mixed, pieces(mixed)), mixed, 'heights that nobody moved are kept')
  assert.equal(pieces(null).length, 0)
  assert.deepEqual(rebuilt({ type: 'Point', coordinates: [1, 2] }, pieces({ type: 'Point', coordinates: [1, 2] })), { type: 'Point', coordinates: [1, 2] })
})

test('the legend is the filter: what is left out counts as if it were not', () => {
  const all = [at('a', { feeling: 'p2' }), at('b', { feeling: 'm2' }), at('c'), at('d', { feeling: 'p2' }, { session: '2', layer: 9 })]
  const filters = noFilters()
  assert.equal(isNarrow(filters), false)
  filters.off.feeling = new Set(['p2'])
  assert.deepEqual(all.filter(sieve(filters, [feeling])).map(({ id }) => id), ['b', 'c'])
  assert.equal(counts(all, filters, [feeling], 'feeling').get('p2'), 2, 'a filter does not hide its own counts')
  filters.hidden.add(9)
  assert.equal(counts(all, filters, [feeling], 'feeling').get('p2'), 1)
  assert.equal(isNarrow(filters), true)
})

test('filters on numbers, dates, words and sessions', () => {
  const fields = [size, { key: 'day', type: 'date' }]
  const all = [at('Lavoir', { size: 3, day: '2026-01-02' }), at('École', { size: 12, day: '2026-03-01' }, { session: '10' }), at('Rien', {}, { session: '2' })]
  const kept = (change) => all.filter(sieve({ ...noFilters(), ...change }, fields)).map(({ id }) => id)
  assert.deepEqual(kept({ from: { size: '5' } }), ['École'])
  assert.deepEqual(kept({ to: { day: '2026-02-01' } }), ['Lavoir'])
  assert.deepEqual(kept({ words: 'ecol' }), ['École'])
  assert.deepEqual(kept({ session: '2' }), ['Rien'])
  assert.deepEqual(sessionsOf(all), ['2', '10'])
})

test('a look has a colour, a shape and a pattern; feelings have their faces', () => {
  const looks = looksOf(feeling)
  assert.deepEqual(looks.map(({ shape, colour }) => `${shape} ${colour}`), ['p2 sapin', 'p1 lagune', 'n0 ardoise', 'm1 ocre', 'm2 brique'])
  const many = looksOf({ type: 'choice', choices: [{ value: 'a', colour: 'rouge' }, { value: 'b', colour: 'mure', pattern: 'waves' }] })
  assert.notEqual(many[0].shape, many[1].shape)
  assert.deepEqual([many[1].colour, many[1].pattern], ['mure', 'waves'])
  const { look, entries } = styler({ render: 'categories', render_field: 'feeling' }, [feeling], [])
  assert.equal(look(at('x', { feeling: 'm1' })).shape, 'm1')
  assert.equal(look(at('x')).colour, 'ardoise')
  assert.equal(entries.length, 5)
})

test('quantities make classes that hold about as many, or circles whose surface says them', () => {
  assert.deepEqual(bounds([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]), [3, 5, 7, 9])
  assert.deepEqual(bounds([4, 4, 4]), [])
  const all = [1, 2, 3, 4, 400].map((n) => at(String(n), { size: n }))
  const { look } = styler({ render: 'choropleth', render_field: 'size' }, [size], all)
  assert.ok(look(all[4]).strength > look(all[0]).strength)
  assert.notEqual(look(all[4]).pattern, look(all[0]).pattern)
  assert.equal(look(at('none')).strength, 0)
  const round = styler({ render: 'circles', render_field: 'size' }, [size], all)
  assert.equal(round.look(all[4]).radius, 40)
  assert.equal(Math.round(round.look(at('q', { size: 100 })).radius), 25)
})

test('a day and a session are said as people say them', () => {
  assert.equal(day('2026-12-01T12:00', 'fr'), '1er décembre')
  assert.equal(day('2026-12-11T12:00', 'fr'), '11 décembre')
  assert.equal(day('2026-12-01T12:00', 'fr', { dateStyle: 'long' }), '1er décembre 2026')
  assert.equal(inSession('séance {session}', '5'), 'séance 5')
  assert.equal(inSession('séance {session}', 'Séance 5'), 'Séance 5')
})

test('no mark goes far from its place: a crowd is one gathering that knows where it is', () => {
  const unit = (x, y, id) => ({ x, y, entry: { feature: { id } }, members: [{ x, y, entry: { feature: { id } } }] })
  const crowd = Array.from({ length: 14 }, (_, at) => unit(100 + at % 4, 100 + at % 3, `c${at}`))
  const found = settle([...crowd, unit(400, 100, 'loin'), unit(600, 300, 'a'), unit(604, 300, 'b')], { apart: 45, far: 26, turns: 40 })
  assert.ok(found.every(({ x, y, home }) => Math.hypot(x - home.x, y - home.y) <= 26.01))
  assert.equal(found.reduce((sum, { members }) => sum + members.length, 0), 17)
  assert.equal(found.find(({ members }) => members.length === 14).members.length, 14)
  assert.equal(found.filter(({ members }) => members.length === 1).length, 3) // two neighbours step aside, each with its thread
})

test('marks of one cell are gathered around their middle', () => {
  const found = gather([{ x: 1, y: 1 }, { x: 3, y: 5 }, { x: 90, y: 1 }], 50)
  assert.deepEqual(found.map(({ x, y, members }) => [x, y, members.length]), [[2, 3, 2], [90, 1, 1]])
})

test('marks that a finger could not tell apart step aside, the others stay', () => {
  const found = spread([{ x: 0, y: 0 }, { x: 0, y: 0 }, { x: 5, y: 0 }, { x: 500, y: 0, name: 'loin' }], 30)
  for (const [a, one] of found.entries()) {
    for (const other of found.slice(a + 1)) assert.ok(Math.hypot(one.x - other.x, one.y - other.y) > 27)
  }
  assert.deepEqual(found[3], { x: 500, y: 0, name: 'loin' })
  assert.ok(Math.hypot(found[0].x, found[0].y) < 40)
})

test('what is done here is seen at once, and an older answer changes nothing', async () => {
  const answers = [{ seq: 4, layers: [{ id: 1 }], features: [at('a'), at('b')], gone: [] }, { seq: 6, layers: [{ id: 1 }], features: [at('c')], gone: ['b'] }]
  const asked = []
  const store = new MapStore('/maps/1', async (url) => { asked.push(url); return answers.shift() })
  await store.refresh()
  store.hold('a', { id: 'a', title: 'Autre' })
  assert.equal(store.get('a').title, 'Autre')
  assert.equal(store.get('a').isWaiting, true)
  store.hold('b', null)
  assert.deepEqual(store.features.map(({ id }) => id), ['a'])
  await store.refresh()
  assert.deepEqual(store.features.map(({ id }) => id), ['a', 'c'])
  assert.deepEqual(asked, ['/maps/1/features.json?since=0&brief=1', '/maps/1/features.json?since=4'])
  store.release('a', at('a', {}, { rev: 3 }))
  assert.equal(store.apply({ seq: 6, features: [at('a', {}, { rev: 2 })], gone: [] }), false)
  assert.equal(store.get('a').rev, 3)
})

/** A keeper that remembers, as the browser's base does. */
const memory = () => {
  const all = new Map()
  return { all, keep: async (name, record) => { all.set(name, structuredClone(record)); return true }, drop: async (names) => names.forEach((name) => all.delete(name)), of: async (beginning) => [...all].filter(([name]) => name.startsWith(beginning)) }
}

test('operations wait for the network, leave once each, in order', async () => {
  const keeper = memory()
  const sent = []
  let isOnline = false
  const queue = new MapQueue('/maps/1', 'map:1', keeper, async (method, url, body) => {
    if (!isOnline) throw new Unreachable()
    sent.push([method, url, body.title])
    return { rev: 1 }
  })
  await queue.add({ uuid: 'a', kind: 'put', body: { base: 0, title: 'Un' } })
  await queue.add({ uuid: 'b', kind: 'put', body: { base: 0, title: 'Deux' } })
  await queue.add({ uuid: 'a', kind: 'put', body: { base: 0, title: 'Un, mieux' } })
  await queue.flush(() => {})
  assert.equal(queue.state, 'offline')
  assert.equal(keeper.all.size, 2)
  const later = new MapQueue('/maps/1', 'map:1', keeper, queue.send) // the page was closed
  await later.wake()
  isOnline = true
  const done = []
  await Promise.all([later.flush(({ uuid }) => done.push(uuid)), later.flush(() => {})])
  assert.deepEqual(sent, [['PUT', '/maps/1/features/a', 'Un, mieux'], ['PUT', '/maps/1/features/b', 'Deux']])
  assert.deepEqual(done, ['a', 'b'])
  assert.equal(keeper.all.size, 0)
  assert.equal(later.state, 'ok')
})

test('what never left is simply forgotten; what is refused stays here and holds back nothing', async () => {
  const keeper = memory()
  const queue = new MapQueue('/maps/1', 'map:1', keeper, async (method, url) => {
    if (url.endsWith('/bad')) throw new Refused(422, 'Hors du dessin.')
    return { rev: 2 }
  })
  await queue.add({ uuid: 'a', kind: 'put', body: { base: 0 } })
  assert.equal(await queue.add({ uuid: 'a', kind: 'delete', body: { base: 0 } }), 'forgotten')
  assert.equal(keeper.all.size, 0)
  await queue.add({ uuid: 'bad', kind: 'put', body: { base: 0 } })
  await queue.add({ uuid: 'good', kind: 'put', body: { base: 1 } })
  await queue.flush(() => {})
  assert.deepEqual(queue.refused.map(({ uuid, refused }) => [uuid, refused]), [['bad', 'Hors du dessin.']])
  assert.equal(keeper.all.size, 1)
})

test('a change made while the first is on its way goes on from the answer', async () => {
  const sent = []
  let answer
  const queue = new MapQueue('/maps/1', 'map:1', null, (method, url, body) => { sent.push(body.base); return new Promise((resolve) => { answer = resolve }) })
  await queue.add({ uuid: 'a', kind: 'put', body: { base: 0, title: 'Un' } })
  const flushed = queue.flush(() => {})
  await new Promise(setImmediate)
  await queue.add({ uuid: 'a', kind: 'put', body: { base: 0, title: 'Deux' } })
  answer({ rev: 1 })
  await new Promise(setImmediate)
  await new Promise(setImmediate)
  answer({ rev: 2 })
  await flushed
  assert.deepEqual(sent, [0, 1])
  assert.equal(queue.records.size, 0)
})

test('of thousands, one is asked for whole when it is opened', async () => {
  const asked = []
  const store = new MapStore('/maps/1', async (url) => {
    asked.push(url)
    if (url.includes('id=')) return { features: [{ id: 'a', rev: 1, props: {}, story: 'All of it', html: '<p>All of it</p>' }], media: { 3: { id: 3 } } }
    return { seq: 3, layers: [], features: [{ id: 'a', rev: 1, brief: 1, story: 'All' }], media: {} }
  })
  await store.refresh()
  assert.deepEqual(store.get('a').props, {})
  await store.whole('a')
  await store.whole('a')
  assert.equal(store.get('a').html, '<p>All of it</p>')
  assert.deepEqual(store.media, { 3: { id: 3 } })
  assert.deepEqual(asked, ['/maps/1/features.json?since=0&brief=1', '/maps/1/features.json?id=a'])
})

test('every sort of question narrows', () => {
  const fields = [{ key: 'a', type: 'text' }, { key: 'b', type: 'photo' }, { key: 'c', type: 'choice' }]
  const features = [{ id: 1, props: { a: 'Rue de l’Église', b: [3], c: 'x' } }, { id: 2, props: { a: 'Quai', c: 'y' } }, { id: 3, props: {} }]
  const kept = (asked) => features.filter(sieve(filtersOf({ off: {}, from: {}, to: {}, said: {}, hidden: [], words: '', session: '', ...asked }), fields)).map(({ id }) => id)
  assert.deepEqual(kept({}), [1, 2, 3])
  assert.deepEqual(kept({ said: { a: 'eglise' } }), [1])
  assert.deepEqual(kept({ said: { b: '1' } }), [1])
  assert.deepEqual(kept({ off: { c: ['x', ''] } }), [2])
})

test('files put without network leave before their point, once', async () => {
  const kept = new Map()
  const keeper = { keep: async (name, record) => kept.set(name, record), of: async (name) => [...kept].filter(([one]) => one.startsWith(name)), drop: async (names) => names.forEach((name) => kept.delete(name)) }
  let isCut = true
  const sends = []
  const bring = async () => ({ send: (blob, options) => {
    sends.push(options.key)
    const done = new Promise((resolve) => { if (isCut) setTimeout(() => options.onWait(true)); else resolve({ id: 7 }) })
    return Object.assign(done, { pause() {} })
  } })
  const held = new HeldFiles('map:1', keeper, { group: 1, parent: 2 }, bring)
  const token = await held.hold(new Blob(['x'], { type: 'image/png' }), 'photo.png')
  const body = { props: { photo: [3, token], words: 'held back: not a file' } }
  await assert.rejects(held.leave(body), Unreachable)
  assert.deepEqual(body.props.photo, [3, token])
  isCut = false
  const again = new HeldFiles('map:1', keeper, { group: 1, parent: 2 }, bring) // the page was closed meanwhile
  await again.leave(body)
  assert.deepEqual(body.props.photo, [3, 7])
  assert.equal(kept.size, 0)
  const late = { props: { photo: [token] } } // a form that was open when the file left
  await again.leave(late)
  assert.deepEqual(late.props.photo, [7])
  assert.equal(sends.length, 2)
})

test('a shape of several parts is drawn part by part', () => {
  const points = { type: 'MultiPoint', coordinates: [[0, 0], [1, 1]] }
  const line = { type: 'LineString', coordinates: [[0, 0], [1, 0]] }
  assert.deepEqual(simple({ type: 'GeometryCollection', geometries: [points, line] }).map(({ type }) => type), ['Point', 'Point', 'LineString'])
  assert.deepEqual(simple(line), [line])
})
