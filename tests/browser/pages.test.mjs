// The report page in headless Chromium: node pages.test.mjs RENDER_SAMPLE_PAGE DIRECTORY
//
// RENDER_SAMPLE_PAGE writes the sample pages to DIRECTORY/pages; pictures and a PDF are left in
// DIRECTORY/pictures for the eye. DIRECTORY/node_modules has playwright-core. Exit code 77: no Chromium.
import assert from "node:assert/strict";
import {execFileSync} from "node:child_process";
import {existsSync, mkdirSync, readFileSync} from "node:fs";
import {createRequire} from "node:module";
import {join, resolve} from "node:path";
import {after, before, describe, test} from "node:test";
import {pathToFileURL} from "node:url";

const [renderer, directory] = process.argv.slice(2).map((path) => resolve(path));
const chromiumPath = process.env.CHROMIUM ?? "/usr/bin/chromium";
if (!existsSync(chromiumPath)) {
  console.log(`SKIPPED: Chromium is missing (${chromiumPath}); install the Debian package chromium.`);
  process.exit(77);
}
const {chromium} = createRequire(join(directory, "node_modules/"))("playwright-core");
const pages = join(directory, "pages");
const pictures = join(directory, "pictures");
const names = ["full", "one-size", "hostile", "failed", "empty"];
const pictured = ["full", "one-size"]; // pictures take longer than all the rest
let browser;

before(async () => {
  mkdirSync(pictures, {recursive: true});
  execFileSync(renderer, [pages], {stdio: "inherit"});
  // Chromium's own sandbox does not start for root.
  browser = await chromium.launch({executablePath: chromiumPath, chromiumSandbox: process.getuid() !== 0});
});
after(() => browser?.close());

// Opens a sample page and hands it to `look`; whatever the page complains of on the way fails the test.
async function open(name, options, look) {
  const {width = 1400, ...others} = options;
  const context = await browser.newContext({viewport: {width, height: 900}, ...others});
  const complaints = [];
  context.setDefaultTimeout(120_000); // a loaded machine is no reason to fail
  const page = await context.newPage();
  page.on("console", (message) => ["error", "warning"].includes(message.type()) && complaints.push(message.text()));
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("requestfailed", (request) => complaints.push(`request ${request.url().slice(0, 80)}`));
  page.on("dialog", (dialog) => complaints.push(`dialog ${dialog.message()}`));
  try {
    await page.goto(pathToFileURL(join(pages, `${name}.html`)).href);
    await look(page);
    assert.deepEqual(complaints, []);
  } finally {
    await context.close();
  }
}

// What of the page sticks out of the window: elements that no scrolling frame holds.
const stickingOut = () => {
  const width = document.documentElement.clientWidth;
  return [...document.body.querySelectorAll("*")]
    .filter((element) => !element.closest(".scroll, pre, .skip, svg") && element.getBoundingClientRect().right > width + 1)
    .map((element) => `${element.tagName}.${element.className}`);
};

// Text whose colour stands out less than WCAG AA asks (4.5 : 1) against what is behind it.
const faintText = () => {
  const parse = (colour) => colour.match(/[\d.]+/g).map(Number);
  const light = (colour) => {
    const [r, g, b] = parse(colour).map((v) => (v / 255 <= 0.04045 ? v / 255 / 12.92 : ((v / 255 + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const behind = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const colour = getComputedStyle(at).backgroundColor;
      if (parse(colour)[3] !== 0) return colour;
    }
    return "rgb(255, 255, 255)";
  };
  const found = new Set();
  for (const element of document.body.querySelectorAll("*")) {
    const hasText = [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim());
    if (!hasText || element.closest("script, style, noscript, title")) continue;
    const style = getComputedStyle(element);
    const colour = element.closest("svg") ? style.fill : style.color;
    if (!colour.startsWith("rgb")) continue;
    const [a, b] = [light(colour), light(behind(element))].sort((x, y) => y - x);
    if ((a + 0.05) / (b + 0.05) < 4.5) found.add(`${element.tagName}.${element.getAttribute("class")}: ${colour}`);
  }
  return [...found];
};

// Tables without rows, and how many there are.
const tables = () => {
  const all = [...document.querySelectorAll("table")];
  return {count: all.length, empty: all.filter((table) => table.tBodies[0]?.rows.length === 0).length};
};

// For each chart the number of drawn marks.
const markCounts = () =>
  [...document.querySelectorAll("figure[data-chart]")].map((figure) => ({
    chart: figure.dataset.chart,
    marks: figure.querySelectorAll(".chart svg [aria-label='dot'] > *, .chart svg [aria-label='line'] > *").length,
    title: figure.querySelector(".chart svg > title")?.textContent ?? "",
  }));

describe("each page in each width and colour scheme", () => {
  for (const name of names) {
    for (const width of [400, 1400]) {
      for (const colorScheme of ["light", "dark"]) {
        test(`${name}, ${width} px, ${colorScheme}`, () =>
          open(name, {width, colorScheme}, async (page) => {
            assert.deepEqual(await page.evaluate(stickingOut), []);
            assert.equal(await page.evaluate("document.documentElement.scrollWidth <= innerWidth"), true);
            assert.deepEqual(await page.evaluate(faintText), []);
            assert.equal((await page.evaluate(tables)).empty, 0);
            for (const figure of await page.evaluate(markCounts)) {
              assert.ok(figure.marks > 0, `${figure.chart} has no marks`);
              assert.notEqual(figure.title, "");
            }
            if (!pictured.includes(name)) return;
            await page.screenshot({path: join(pictures, `${name}-${width}-${colorScheme}.png`), fullPage: true});
          }));
      }
    }
  }
});

describe("what a page holds", () => {
  test("a run of several sizes has charts along them and the order of the run", () =>
    open("full", {}, async (page) => {
      const figures = await page.evaluate(markCounts);
      const alongs = figures.filter((figure) => figure.chart === "along");
      assert.ok(alongs.length >= 5);
      assert.equal(figures.filter((figure) => figure.chart === "order").length, 1);
      assert.ok(alongs[0].marks > 60, "every sample is drawn");
    }));

  test("a run of one size has strips", () =>
    open("one-size", {}, async (page) => {
      const figures = await page.evaluate(markCounts);
      assert.equal(figures[0].chart, "strips");
      assert.ok(figures[0].marks >= 30);
    }));

  test("the topology, verdicts as words, and the console of a failed machine are there", () =>
    open("full", {}, async (page) => {
      assert.equal(await page.locator("svg.topology .machine").count(), 8);
      assert.equal(await page.locator("svg.topology .link").count(), 8);
      assert.equal(await page.locator(".verdict.does-not-hold").first().textContent(), "✗ does not hold");
      assert.match(await page.locator("#failures-section").textContent(), /watchdog: BUG: soft lockup/);
    }));

  test("charts follow the width of the window", () =>
    open("full", {}, async (page) => {
      await page.setViewportSize({width: 400, height: 900});
      await page.waitForFunction(() => document.querySelector(".chart svg").getAttribute("width") < 400);
      assert.deepEqual(await page.evaluate(stickingOut), []);
    }));

  test("without scripts every word and table is there", () =>
    open("full", {javaScriptEnabled: false}, async (page) => {
      const found = await page.evaluate(tables);
      assert.ok(found.count >= 8);
      assert.equal(found.empty, 0);
      assert.ok(await page.getByRole("heading", {name: "Results"}).isVisible());
      assert.ok(await page.locator("#results-section table").first().isVisible());
      assert.equal(await page.locator("#download-csv").isVisible(), false);
      await page.screenshot({path: join(pictures, "full-without-scripts.png"), fullPage: true});
    }));

  test("it prints in light colours, tables and charts included", () =>
    open("full", {colorScheme: "dark"}, async (page) => {
      const pdf = await page.pdf({path: join(pictures, "full.pdf"), format: "A4"});
      assert.ok(pdf.length > 20_000);
      await page.emulateMedia({media: "print"});
      assert.equal(await page.evaluate("getComputedStyle(document.body).backgroundColor"), "rgb(253, 253, 251)");
    }));

  test("the downloads are what the program writes as files", () =>
    open("full", {}, async (page) => {
      const text = decodeURIComponent((await page.locator("#download-csv").getAttribute("href")).split(",").slice(1).join(","));
      const rows = (csv) => csv.trimEnd().split("\r\n").map((line) => line.split(",").map((f) => (Number.isNaN(Number(f)) ? f : Number(f))));
      assert.deepEqual(rows(text), rows(readFileSync(join(pages, "full.csv"), "utf8")));
      const json = JSON.parse(await page.locator("#results").textContent());
      assert.equal(json.results, 1);
      assert.equal(json.samples.length, rows(text).length - 1);
    }));
});

describe("safety and access", () => {
  test("hostile names stay text", () =>
    open("hostile", {}, async (page) => {
      assert.equal(await page.locator("img").count(), 0);
      assert.equal(await page.locator("script").count(), 4);
      assert.match(await page.title(), /^<\/script><\/title>/);
      assert.match(await page.locator("h1").textContent(), /onerror=.*\{\{data\}\}$/);
    }));

  test("the page cannot reach the network", () =>
    open("full", {}, async (page) => {
      assert.equal(await page.evaluate(`document.querySelectorAll("[src], link[href^=http]").length`), 0);
      assert.match(await page.locator("meta[http-equiv]").getAttribute("content"), /^default-src 'none'; /);
    }));

  test("the keyboard reaches the results first, and each frame that scrolls", () =>
    open("full", {width: 400}, async (page) => {
      await page.keyboard.press("Tab");
      assert.equal(await page.evaluate("document.activeElement.className"), "skip");
      const unreachable = await page.evaluate(() =>
        [...document.querySelectorAll(".scroll, pre")].filter((frame) => frame.tabIndex !== 0 && frame.scrollWidth > frame.clientWidth).length);
      assert.equal(unreachable, 0);
      assert.equal(await page.evaluate(`[...document.querySelectorAll("[tabindex]")].every((e) => e.tabIndex <= 0)`), true);
    }));
});
