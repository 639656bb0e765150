// The page as its readers meet it: opened from disk in a browser without a network.
//   PICKLOCK_PROGRAM  the program that writes the pages
//   PICKLOCK_FOLDER   where they go, and screenshots that differ
//   PICKLOCK_APPROVE  set: the screenshots become the expected ones
import assert from 'node:assert/strict';
import {execFileSync} from 'node:child_process';
import {existsSync, mkdirSync, readFileSync, writeFileSync} from 'node:fs';
import {after, before, test} from 'node:test';
import {fileURLToPath} from 'node:url';
import {chromium} from 'playwright-core';

const root = fileURLToPath(new URL('../..', import.meta.url));
const program = process.env.PICKLOCK_PROGRAM ?? `${root}/build/gcc/cli/picklock`;
const folder = process.env.PICKLOCK_FOLDER ?? `${root}/build/page`;
const executablePath = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(existsSync);
const hostile = '</script><script>window.hacked = 1</script><img src=x onerror="window.hacked = 2"><!-- -->\u2028\u202e&amp;';

/** @type {import('playwright-core').Browser} */
let browser;

before(async () => {
  mkdirSync(folder, {recursive: true});
  browser = await chromium.launch({executablePath, args: ['--no-sandbox', '--font-render-hinting=none']});
});
after(() => browser?.close());

/** Runs picklock; violations that were found are no failure. */
function picklock(...words) {
  try {
    execFileSync(program, words, {cwd: root, stdio: 'pipe'});
  } catch (error) {
    assert.ok([1, 2].includes(error.status), `${words.join(' ')}: ${error.status} ${error.stderr}`);
  }
}

/** A page written by `picklock ...words -o html=`. */
function pageOf(name, ...words) {
  const path = `${folder}/${name}.html`;
  picklock(...words, '-o', `html=${path}`);
  return path;
}

/** Opens it and fails the test when it complains or asks for anything. */
async function open(path, {hash = '', width = 1200, height = 900, scheme = 'light'} = {}) {
  const context = await browser.newContext({viewport: {width, height}, colorScheme: scheme, offline: true, reducedMotion: 'reduce'});
  const page = await context.newPage();
  const complaints = [];
  page.on('console', (message) => complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(String(error)));
  const requests = [];
  page.on('request', (request) => requests.push(request.url()));
  await page.goto(`file://${path}${hash}`);
  return {page, close: async () => {
    assert.deepEqual(complaints, []);
    assert.deepEqual(requests.filter((url) => !url.startsWith('data:')), [`file://${path}`]);
    await context.close();
  }};
}

/** Does what changes the page's address, and waits until the page has followed: that is a task of its own. */
async function follow(page, act) {
  await page.evaluate(() => {
    window.followed = new Promise((done, fail) => {
      window.addEventListener('hashchange', () => done(true), {once: true});
      setTimeout(() => fail(new Error('the page stayed at its address')), 30_000);
    });
  });
  await act();
  await page.evaluate(() => window.followed);
}

/** As the page has it: what the browser's driver says of it, page.url(), comes later. */
const addressOf = (page) => page.evaluate(() => window.location.href);

const pause = 'scenarios/redis_token_pause_past_ttl.json';

for (const scheme of ['light', 'dark']) {
  test(`${scheme}: a red cell leads to its counterexample, and keys walk through it`, async () => {
    const path = pageOf('run', 'run', pause, 'scenarios/redis_token_quiet.json', 'scenarios/redlock_amnesia.json');
    const {page, close} = await open(path, {scheme});
    assert.equal(await page.locator('.matrix tbody tr').count(), 3);
    await follow(page, () => page.locator('tr', {hasText: 'redlock_amnesia'}).locator('td.violated a').first().click());
    assert.match(await page.locator('#counterexample h2').innerText(), /redlock_amnesia/);
    const steps = await page.locator('.step').count();
    assert.ok(steps >= 3 && steps <= 12);
    await page.keyboard.press('Home');
    assert.match(await page.locator('.position').innerText(), /^step 1 of/);
    await page.keyboard.press('ArrowRight');
    assert.match(await addressOf(page), /&step=2$/);
    assert.equal(await page.locator('.step.current .number').innerText(), '2');
    assert.ok(Number(await page.locator('.veil').getAttribute('width')) > 50);
    await page.keyboard.press('End');
    assert.equal(Number(await page.locator('.veil').getAttribute('width')), 0);
    await close();
  });
}

test('an address leads to a step, and the state there is told', async () => {
  const path = pageOf('pause', 'run', pause);
  const {page, close} = await open(path, {hash: '#ce=redis_token_pause_past_ttl%3Ano-lost-update&step=3'});
  assert.equal(await page.locator('.step.current .number').innerText(), '3');
  assert.match(await page.locator('.state').innerText(), /think they hold it/);
  await page.locator('.step button').nth(0).click();
  assert.match(await addressOf(page), /step=1$/);
  await close();
});

test('play walks to the end and stops', async () => {
  const {page, close} = await open(pageOf('pause', 'run', pause));
  await page.clock.install();
  await page.keyboard.press('Home');
  await page.keyboard.press(' ');
  assert.equal(await page.locator('.play').innerText(), 'Pause');
  await page.clock.runFor(60_000);
  assert.equal(await page.locator('.play').innerText(), 'Play');
  assert.match(await page.locator('.position').innerText(), /^step (\d+) of \1/);
  await close();
});

test('light and dark can be chosen', async () => {
  const {page, close} = await open(pageOf('pause', 'run', pause), {scheme: 'light'});
  const ground = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const light = await ground();
  await page.locator('.theme').click();
  assert.equal(await ground(), light);
  await page.locator('.theme').click();
  assert.notEqual(await ground(), light);
  await close();
});

test('text of a scenario is text', async () => {
  const path = pageOf('hostile', 'run', pause, '--set', `/about=${JSON.stringify(hostile)}`, '--seeds', '1-3');
  const {page, close} = await open(path);
  assert.equal(await page.evaluate(() => window.hacked), undefined);
  assert.equal(await page.locator('.about').first().evaluate((element) => element.textContent), hostile);
  await close();
});

test('text of a history is text, and its illegal operation is marked', async () => {
  const history = `${folder}/hostile.jsonl`;
  const line = (process, f, invoked, returned) => JSON.stringify({process, f, invoked, returned});
  writeFileSync(history, ['{"schema":"picklock-operations-1","times":"ns"}', line(hostile, 'acquire', 1, 5),
    line('b', 'acquire', 2, 9), JSON.stringify({at: 3, remark: hostile})].join('\n') + '\n');
  const {page, close} = await open(pageOf('checked', 'check', history, '--spec', 'owner-mutex'));
  assert.equal(await page.evaluate(() => window.hacked), undefined);
  const names = await page.locator('.lane-name').evaluateAll((elements) => elements.map((element) => element.textContent));
  assert.ok(names.includes(hostile), names.join());
  assert.equal(await page.locator('.operation.illegal').count(), 1);
  assert.ok(await page.locator('.points').count() === 1);
  await page.keyboard.press('Home');
  assert.equal(await page.locator('.operation.chosen').count(), 1);
  await close();
});

test('a report of stored results shows what the run showed', async () => {
  picklock('run', pause, '-o', `json=${folder}/result.json`, '-o', `html=${folder}/direct.html`);
  const [direct, stored] = [`${folder}/direct.html`, pageOf('stored', 'report', `${folder}/result.json`)];
  const [a, b] = [await open(direct), await open(stored)];
  for (const part of ['.matrix', '#counterexample .steps', '.fixes']) {
    assert.equal(await b.page.locator(part).innerText(), await a.page.locator(part).innerText());
  }
  await a.close();
  await b.close();
});

test('messages that are not drawn are counted', async () => {
  const notDrawn = async (name, ...words) => {
    const {page, close} = await open(pageOf(name, 'run', pause, '--seed', '1', '--no-fixes', ...words));
    const texts = await page.locator('.canvas .note').allInnerTexts();
    await close();
    return texts;
  };
  assert.deepEqual(await notDrawn('few', '--set', '/lock/retry=5s'), []);
  const [text] = await notDrawn('crowd', '--no-shrink', '--set', '/clients/count=30');
  assert.match(text, /^Messages that are not drawn: [1-9][0-9]*$/);
});

test('an explained run says why, and shows the same schedule with each fix', async () => {
  const trace = `${folder}/pause.trace.json`;
  picklock('run', pause, '--no-fixes', '-o', `trace=${trace}`);
  const {page, close} = await open(pageOf('explained', 'explain', trace, '--futures', '5', '--seeds', '5'));
  assert.match(await page.locator('#counterexample').innerText(), /Why it broke/);
  assert.match(await page.locator('.futures.fatal').innerText(), /no way back/);
  assert.equal(await page.locator('.bar.damage').count(), 1);
  await follow(page, () => page.locator('.siblings a', {hasText: 'with fencing-token'}).click());
  assert.match(await page.locator('#counterexample .verdict').innerText(), /SAFE/);
  assert.equal(await page.locator('.bar.damage').count(), 0);
  assert.match(await addressOf(page), /fencing-token/);
  while (await page.locator('.bar.damage').count() === 0) await follow(page, () => page.keyboard.press('f'));
  assert.match(await page.locator('#counterexample .verdict').innerText(), /VIOLATION/);
  await close();
});

test('paper is light, whatever the screen is', async () => {
  const {page, close} = await open(pageOf('pause', 'run', pause), {scheme: 'dark'});
  const colours = () => page.evaluate(() => {
    const {color, backgroundColor} = getComputedStyle(document.body);
    return [color, backgroundColor];
  });
  const screen = await colours();
  await page.emulateMedia({media: 'print', colorScheme: 'dark'});
  const paper = await colours();
  assert.notDeepEqual(paper, screen);
  assert.equal(paper[1], 'rgb(255, 255, 255)');
  await close();
});

test('nothing is wider than a narrow window, and everything is there on paper', async () => {
  const path = pageOf('run', 'run', pause, 'scenarios/redis_token_quiet.json', 'scenarios/redlock_amnesia.json');
  for (const width of [400, 1000, 1600]) {
    const {page, close} = await open(path, {width});
    assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), width);
    await page.emulateMedia({media: 'print'});
    assert.equal(await page.locator('.controls').isVisible(), false);
    assert.equal(await page.locator('.steps').isVisible(), true);
    await close();
  }
});

// --- Curves ---------------------------------------------------------------------------------------------

const ttls = ['sweep', pause, '--seeds', '1-40', '--vary', '/lock/ttl=1s,5s,12s,20s', '--vary', '/lock/algorithm=redis_token,redis_watchdog'];
const costs = ['throughput', pause, 'scenarios/zookeeper_recipe_quiet.json', '--clients', '1,2,5', '--rounds', '10', '--seeds', '1-3'];

test('a sweep is drawn with its bounds, and keys read it', async () => {
  const {page, close} = await open(pageOf('sweep', ...ttls));
  const chart = page.locator('.chart', {hasText: 'How often belief-exclusion breaks'});
  assert.equal(await chart.locator('.line').count(), 2);
  assert.equal(await chart.locator('.band').count(), 2);
  assert.ok(await chart.locator('.bound').count() >= 1, 'a zero is an upper bound');
  await chart.locator('.plot').focus();
  await page.keyboard.press('Home');
  assert.match(await chart.locator('.said').innerText(), /^1s: algorithm redis_token .*%/);
  await page.keyboard.press('ArrowRight');
  assert.match(await chart.locator('.said').innerText(), /^5s: /);
  await page.keyboard.press('End');
  assert.match(await chart.locator('.said').innerText(), /^20s: .*0, below 7\.\d+ %/);
  await chart.locator('summary').click();
  assert.equal(await chart.locator('tbody tr').count(), 8);
  assert.equal(await page.locator('.grid tbody tr').count(), 8);
  await close();
});

test('curves fit narrow and wide windows, and name their lines there', async () => {
  const path = pageOf('throughput', ...costs);
  for (const width of [400, 1600]) {
    const {page, close} = await open(path, {width});
    assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), width);
    const chart = page.locator('.chart', {hasText: 'Throughput against contention'});
    assert.equal(await chart.locator('.legend').isVisible(), width === 400);
    assert.equal(await chart.locator('.line .name').count(), width === 400 ? 0 : 2);
    assert.equal(await page.locator('.chart', {hasText: 'through a fault'}).locator('.span').count(), 1);
    await page.screenshot({path: `${folder}/throughput-${width}.png`, fullPage: true});
    await close();
  }
});

test('one page holds runs, sweeps and throughput', async () => {
  picklock('run', pause, '-o', `json=${folder}/r.json`);
  picklock(...ttls, '-o', `json=${folder}/s.json`);
  picklock(...costs, '-o', `json=${folder}/t.json`);
  const {page, close} = await open(pageOf('all', 'report', ...['r', 's', 't'].map((one) => `${folder}/${one}.json`)), {scheme: 'dark'});
  assert.equal(await page.locator('.measured').count(), 2);
  assert.equal(await page.locator('#counterexample').count(), 1);
  assert.ok(await page.evaluate(() => document.querySelector('#counterexample').compareDocumentPosition(document.querySelector('#verdicts')) & 4),
      'of one scenario the picture comes first');
  await page.screenshot({path: `${folder}/all.png`, fullPage: true});
  await close();
});

// --- Pictures -------------------------------------------------------------------------------------------

/** The share of pixels that differ visibly. */
async function difference(page, a, b) {
  return page.evaluate(async ([first, second]) => {
    const pixels = async (data) => {
      const image = new Image();
      image.src = `data:image/png;base64,${data}`;
      await image.decode();
      const canvas = Object.assign(document.createElement('canvas'), {width: image.width, height: image.height});
      const context = canvas.getContext('2d');
      context.drawImage(image, 0, 0);
      return context.getImageData(0, 0, image.width, image.height);
    };
    const [one, other] = [await pixels(first), await pixels(second)];
    if (one.width !== other.width || one.height !== other.height) return 1;
    let count = 0;
    for (let i = 0; i < one.data.length; i += 4) {
      const far = [0, 1, 2].some((channel) => Math.abs(one.data[i + channel] - other.data[i + channel]) > 40);
      count += far ? 1 : 0;
    }
    return count / (one.data.length / 4);
  }, [a.toString('base64'), b.toString('base64')]);
}

const tolerance = 0.004;
const fixed = ['lost_update', 'redlock', 'history', 'curves'];

/** Words are left out: fonts differ from machine to machine, what is drawn does not. */
async function pictureOf(name, scheme, change = '') {
  const words = {
    lost_update: ['run', pause, '--seed', '1', '--no-shrink'],
    redlock: ['run', 'scenarios/redlock_amnesia.json', '--seed', '1', '--no-shrink'],
    history: ['check', `${root}/tests/page/double_grant.jsonl`, '--spec', 'owner-mutex'],
    curves: ttls,
  };
  const {page, close} = await open(pageOf(`fixed_${name}`, ...words[name]), {scheme, width: 1700});
  await page.evaluate((css) => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(css);
    document.adoptedStyleSheets = [sheet];
  }, `.diagram text, .curves text { display: none } ${change}`);
  const shot = await page.locator(name === 'curves' ? '.plot' : '.picture .scroller').first().screenshot();
  return {shot, page, close};
}

for (const name of fixed) {
  for (const scheme of ['light', 'dark']) {
    test(`the picture of ${name} is as expected, ${scheme}`, async () => {
      const expected = fileURLToPath(new URL(`screenshots/${name}-${scheme}.png`, import.meta.url));
      const {shot, page} = await pictureOf(name, scheme);
      if (process.env.PICKLOCK_APPROVE) {
        mkdirSync(fileURLToPath(new URL('screenshots', import.meta.url)), {recursive: true});
        writeFileSync(expected, shot);
      }
      const share = await difference(page, readFileSync(expected), shot);
      if (share > tolerance) writeFileSync(`${folder}/${name}-${scheme}.png`, shot);
      assert.ok(share <= tolerance, `${(100 * share).toFixed(2)} % of the pixels differ: ${folder}/${name}-${scheme}.png`);
      await page.context().close();
    });
  }
}

test('a real change exceeds the tolerance', async () => {
  const whole = await pictureOf('lost_update', 'light');
  for (const change of ['.wedge { display: none }', '.mistaken { display: none }', '.arrow { display: none }']) {
    const changed = await pictureOf('lost_update', 'light', change);
    const share = await difference(whole.page, whole.shot, changed.shot);
    assert.ok(share > tolerance, `${change}: ${(100 * share).toFixed(2)} %`);
    await changed.page.context().close();
  }
  await whole.page.context().close();
});
