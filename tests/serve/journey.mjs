// Journeys through the review's pages, clicked in Chromium: `node tests/serve/journey.mjs URL [FOLDER]`.
//
// The browser is driven through a pair of pipes, without a library. With a FOLDER, pictures of the pages are left there. The
// exit code is 0 if everything was as it should be, 1 if it was not, 77 if there is no browser.
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const [base, folder] = process.argv.slice(2);
const names = ["chromium", "chromium-browser", "google-chrome", "chrome"];
const places = (process.env.PATH ?? "").split(":").flatMap((dir) => names.map((name) => join(dir, name)));
const program = process.env.CHROMIUM ?? places.find((place) => existsSync(place));
if (!program) {
  console.log("NOT RUN: no Chromium on PATH");
  process.exit(77);
}

const profile = mkdtempSync(join(tmpdir(), "journey-"));
const browser = spawn(
  program,
  ["--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
    "--remote-debugging-pipe", `--user-data-dir=${profile}`, "about:blank"],
  { stdio: ["ignore", "ignore", "ignore", "pipe", "pipe"] },
);
const waiting = new Map();
const listeners = [];
let last = 0;
let rest = "";
browser.stdio[4].on("data", (bytes) => {
  rest += bytes.toString();
  const messages = rest.split("\0");
  rest = messages.pop();
  for (const text of messages) {
    const message = JSON.parse(text);
    if (waiting.has(message.id)) {
      const { resolve, reject } = waiting.get(message.id);
      waiting.delete(message.id);
      if (message.error) reject(new Error(message.error.message));
      else resolve(message.result);
    } else {
      listeners.forEach((listener) => listener(message));
    }
  }
});

function send(method, params = {}, sessionId = undefined) {
  const id = ++last;
  browser.stdio[3].write(JSON.stringify({ id, method, params, sessionId }) + "\0");
  return new Promise((resolve, reject) => waiting.set(id, { resolve, reject }));
}

const faults = [];
function check(is, what) {
  if (!is) faults.push(what);
  console.log(`${is ? "ok  " : "FAIL"} ${what}`);
}

async function open(width, height, scheme = "light") {
  const { browserContextId } = await send("Target.createBrowserContext");
  const { targetId } = await send("Target.createTarget", { url: "about:blank", browserContextId });
  const { sessionId } = await send("Target.attachToTarget", { targetId, flatten: true });
  const ask = (method, params) => send(method, params, sessionId);
  await ask("Page.enable");
  await ask("Runtime.enable");
  await ask("Log.enable");
  await ask("Emulation.setDeviceMetricsOverride", { width, height, deviceScaleFactor: 1, mobile: width < 600 });
  await ask("Emulation.setEmulatedMedia", { features: [{ name: "prefers-color-scheme", value: scheme }] });
  listeners.push((message) => {
    if (message.sessionId !== sessionId) return;
    const entry = message.params?.entry;
    if (message.method === "Log.entryAdded" && entry.level === "error" && !entry.url?.endsWith("favicon.ico")) {
      check(false, `the console is silent: ${entry.text}`);
    }
    if (message.method === "Runtime.exceptionThrown") check(false, "no script fails");
  });
  const page = {
    async run(text) {
      const { result, exceptionDetails } = await ask("Runtime.evaluate", {
        expression: text, awaitPromise: true, returnByValue: true,
      });
      if (exceptionDetails) throw new Error(`${text}: ${exceptionDetails.exception?.description}`);
      return result.value;
    },
    async loaded(action) {
      const done = new Promise((resolve, reject) => {
        const timer = setTimeout(() => reject(new Error("no page was loaded within three minutes")), 180_000);
        const listener = (message) => {
          if (message.sessionId === sessionId && message.method === "Page.loadEventFired") {
            clearTimeout(timer);
            listeners.splice(listeners.indexOf(listener), 1);
            resolve();
          }
        };
        listeners.push(listener);
      });
      await action();
      await done;
    },
    goto: (path) => page.loaded(() => ask("Page.navigate", { url: base + path })),
    click: (selector) => page.loaded(() => page.run(`document.querySelector(${JSON.stringify(selector)}).click()`)),
    async key(key, code = `Key${key.toUpperCase()}`) {
      await ask("Input.dispatchKeyEvent", { type: "keyDown", key, code, text: key.length === 1 ? key : undefined });
      await ask("Input.dispatchKeyEvent", { type: "keyUp", key, code });
    },
    async tab() {
      const key = { key: "Tab", code: "Tab", windowsVirtualKeyCode: 9 };
      await ask("Input.dispatchKeyEvent", { type: "rawKeyDown", ...key });
      await ask("Input.dispatchKeyEvent", { type: "keyUp", ...key });
    },
    type: (text) => ask("Input.insertText", { text }),
    async shot(name) {
      if (!folder) return;
      // Without a clip a page from right to left that is lower than its window is moved.
      const { cssContentSize } = await ask("Page.getLayoutMetrics");
      const clip = { ...cssContentSize, scale: 1 };
      const { data } = await ask("Page.captureScreenshot", { captureBeyondViewport: true, clip });
      writeFileSync(join(folder, `${name}.png`), Buffer.from(data, "base64"));
    },
    async tree() {
      const { nodes } = await ask("Accessibility.getFullAXTree");
      return nodes.filter((node) => !node.ignored);
    },
  };
  return page;
}

const NOTHING_WIDE = "document.documentElement.scrollWidth <= window.innerWidth";
// The bar of the pages fills the window, and no more than it, from either side.
const BAR_FITS = `(() => { const { left, right } = document.querySelector(".bar").getBoundingClientRect();
  return Math.abs(left) < 1 && Math.abs(right - document.documentElement.clientWidth) < 1; })()`;
const CARDS = 'document.querySelectorAll("article.case").length';
// Names stand between marks that keep their direction.
const SAID = 'document.querySelector(".flash").innerText.replace(/[\u2068\u2069]/g, "")';
const FOCUS = 'document.activeElement?.id ?? ""';

/** Every page at every width in every language: nothing is cut, everything has a name. */
async function looks() {
  for (const lang of ["en", "fr", "ar"]) {
    for (const [width, height] of [[1280, 900], [400, 800]]) {
      const page = await open(width, height, lang === "fr" ? "dark" : "light");
      await page.goto(`/review?lang=${lang}`);
      const first = await page.run('document.querySelector("article.case a").getAttribute("href")');
      const pages = [["queue", "/review"], ["case", first]];
      if (width < 600 || folder) {
        pages.push(["lists", "/review/lists"], ["overturned", "/review/overturned"], ["load", "/review/load"]);
      }
      for (const [name, path] of pages) {
        await page.goto(path);
        const place = `${name} ${lang} ${width}`;
        check(await page.run(NOTHING_WIDE), `${place}: nothing is wider than the window`);
        check(await page.run(BAR_FITS), `${place}: the bar fills the window`);
        check(await page.run("document.documentElement.dir") === (lang === "ar" ? "rtl" : "ltr"), `${place}: direction`);
        const controls = ["button", "textbox", "combobox", "link", "checkbox"];
        const unnamed = (await page.tree()).filter((node) =>
          controls.includes(node.role?.value) && !(node.name?.value ?? "").trim());
        check(unnamed.length === 0, `${place}: every control has a name`);
        const heads = await page.run('document.querySelectorAll("h1").length');
        check(heads === 1, `${place}: one first heading`);
        await page.shot(`${name}-${lang}-${width}`);
      }
    }
  }
}

/** A person decides with the keyboard alone. */
async function keyboard() {
  const page = await open(1280, 900);
  await page.goto("/review?lang=en");
  const before = await page.run(CARDS);
  check(before >= 3, "the queue has cases");
  await page.key("j");
  const first = await page.run(FOCUS);
  await page.key("j");
  const second = await page.run(FOCUS);
  check(first !== second && second.startsWith("c"), "j goes to the next case");
  await page.key("k");
  check(await page.run(FOCUS) === first, "k goes back");
  await page.key("r");
  check((await page.run(FOCUS)).startsWith("reason-"), "r without a reason asks for it");
  await page.type("not the same picture r j k");
  await page.shot("reason-en-1280");
  await page.key("Escape", "Escape");
  check(await page.run(FOCUS) === first, "escape leaves the field");
  await page.loaded(() => page.key("r"));
  check(await page.run(CARDS) === before - 1, "r rejects");
  const said = await page.run(SAID);
  check(said.includes("rejected by local"), "what was done is said");
  await page.shot("rejected-en-1280");
  await page.loaded(() => page.key("u"));
  check(await page.run(CARDS) === before, "u takes it back");
  await page.key("j");
  const now = await page.run(FOCUS);
  await page.loaded(() => page.key("s"));
  const order = await page.run('[...document.querySelectorAll("article.case")].map((one) => one.id)');
  check(order[0] !== now, "s puts the case at the end");
  await page.key("j");
  // A keyboard with Arabic letters: the place of the key counts.
  await page.loaded(() => page.key("ؤ", "KeyC"));
  check(await page.run(CARDS) < before || before > 10, "c confirms on an Arabic keyboard");
  await page.run('document.getElementById("keys").click()');
  await page.run("document.activeElement.blur()");
  const count = await page.run(CARDS);
  await page.key("j");
  check(!(await page.run(FOCUS)).startsWith("c"), "keys can be switched off");
  check(await page.run(CARDS) === count, "and then do nothing");
}

/** The first key shows a way past the bar, and each place that the key Tab reaches can be seen. */
async function tab() {
  for (const lang of ["en", "ar"]) {
    for (const path of ["/review", "/review/lists"]) {
      const page = await open(400, 800);
      await page.goto(`${path}?lang=${lang}`);
      await page.tab();
      check(await page.run('document.activeElement.className') === "to-content", `${path} ${lang}: a way past the bar comes first`);
      const seen = `(() => { const { left, right, width, height } = document.activeElement.getBoundingClientRect();
        const style = getComputedStyle(document.activeElement);
        return width > 4 && height > 4 && left >= 0 && right <= innerWidth && style.outlineStyle !== "none"; })()`;
      const visited = new Set();
      let unseen = "";
      for (let step = 0; step < 40; step++) {
        const which = await page.run('[...document.querySelectorAll("*")].indexOf(document.activeElement)');
        // Behind the last one comes the browser itself.
        if (visited.has(which) || await page.run("document.activeElement === document.body")) break;
        visited.add(which);
        if (!(await page.run(seen))) unseen ||= await page.run("document.activeElement.outerHTML.slice(0, 200)");
        await page.tab();
      }
      check(visited.size > 5, `${path} ${lang}: Tab reaches the controls`);
      check(unseen === "", `${path} ${lang}: what Tab reaches is seen ${unseen}`);
    }
  }
}

/** A person decides by clicks, on a telephone, and looks at the picture. */
async function clicks() {
  const page = await open(400, 800);
  await page.goto("/review?lang=en");
  await page.click("article.case h2 a");
  const pictures = 'document.querySelectorAll("img.blurred").length';
  if (await page.run(pictures) > 0) {
    await page.click('button[value="grey"]');
    check(await page.run('document.querySelectorAll("img.clear").length') > 0, "a picture is shown clearly when asked for");
    await page.run('document.querySelector("img.clear").scrollIntoView()');
    await page.run('new Promise((done) => { const image = document.querySelector("img.clear"); image.complete ? done() : image.onload = done; })');
    check(await page.run('document.querySelector("img.clear").naturalWidth') > 16, "it is a picture");
    await page.shot("clear-en-400");
  }
  await page.run('document.querySelector("[name=reason]").value = "needs a second look"');
  await page.click('button[value="escalate"]');
  check((await page.run(SAID)).includes("escalated by"), "escalate");
  await page.goto("/review?show=escalated");
  check(await page.run(CARDS) > 0, "what is escalated has its page");
  await page.shot("escalated-en-400");
  await page.run('document.querySelector("[name=reason]").value = "the entry is a stock photo"');
  await page.click('button[value="withdraw"]');
  await page.goto("/review/overturned");
  const text = await page.run("document.body.innerText");
  check(text.includes("the entry is a stock photo"), "what was overturned says why");
  await page.shot("overturned-after-en-400");
}

let failure;
try {
  await looks();
  await keyboard();
  await tab();
  await clicks();
} catch (error) {
  failure = error;
  console.log(`FAIL ${error.stack}`);
}
await send("Browser.close").catch(() => {});
browser.kill();
rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
process.exit(failure || faults.length > 0 ? 1 : 0);
