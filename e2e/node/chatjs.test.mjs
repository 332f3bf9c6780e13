// ChatJS, unpatched, in Chromium, on a page of another origin than the service.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { after, before, test } from "node:test";
import { chromium } from "playwright-core";
import { startService } from "./service.mjs";

const BUNDLE = readFileSync(new URL("../node_modules/amazon-connect-chatjs/dist/amazon-connect-chat.js", import.meta.url));
const PAGE = `<!doctype html><title>chat</title><script src="/chat.js"></script>`;

let service, pages, browser, origin;

before(async () => {
  service = await startService();
  pages = createServer((request, reply) => {
    if (request.url === "/chat.js") return reply.setHeader("content-type", "text/javascript").end(BUNDLE);
    reply.setHeader("content-type", "text/html").end(PAGE);
  });
  await new Promise((listening) => pages.listen(0, "127.0.0.1", listening));
  origin = `http://127.0.0.1:${pages.address().port}`;
  browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
  });
});
after(async () => {
  await browser?.close();
  pages?.close();
  await service?.stop();
});

// How long a test that hangs may do so before it fails.
const HUNG = 300_000;

async function newContext() {
  const context = await browser.newContext();
  context.setDefaultTimeout(HUNG);
  return context;
}

// Opens the page and connects; every callback lands in `window.heard`.
async function openChat(page, details) {
  await page.goto(origin);
  // The page keeps its sockets at hand so that the test can drop one.
  await page.evaluate(() => {
    const Native = WebSocket;
    window.sockets = [];
    window.WebSocket = class extends Native { constructor(...all) { super(...all); window.sockets.push(this); } };
  });
  await page.evaluate(async ({ endpoint, region, chat }) => {
    connect.ChatSession.setGlobalConfig({ region, endpoint, loggerConfig: { useDefaultLogger: false } });
    const session = (window.session = connect.ChatSession.create({
      chatDetails: { contactId: chat.ContactId, participantId: chat.ParticipantId, participantToken: chat.ParticipantToken },
      options: { region }, type: "CUSTOMER", disableCSM: true,
    }));
    window.heard = [];
    for (const name of ["AuthenticationInitiated", "AuthenticationSuccessful", "AuthenticationFailed", "AuthenticationTimeout",
      "AuthenticationCanceled", "ParticipantDisplayNameUpdated", "Message", "Typing", "Ended", "ConnectionEstablished", "ConnectionLost",
      "ConnectionBroken", "DeepHeartbeatFailure"]) {
      session[`on${name}`]((event) => window.heard.push({ name, data: event?.data ?? null }));
    }
    await session.connect();
  }, { endpoint: service.facts.url, region: service.facts.region, chat: details });
}

const heard = (page, fits) => page.waitForFunction(fits, null, { polling: 50 });
const event = async (page, name) => {
  await page.waitForFunction((name) => window.heard.some((event) => event.name === name), name, { polling: 50 });
  return page.evaluate((name) => window.heard.find((event) => event.name === name).data, name);
};
const message = (page, text) =>
  page.waitForFunction((text) => window.heard.some((event) => event.name === "Message" && event.data.Content === text), text, { polling: 50 });

async function signInPopup(context, url) {
  const popup = await context.newPage();
  const redirected = new Promise((done) => popup.on("request", (request) => {
    if (request.url().startsWith(service.facts.redirect_uris[0])) done(request.url());
  }));
  await popup.goto(url);
  await popup.fill("input[name=username]", service.facts.username);
  await popup.fill("input[name=password]", service.facts.password);
  await popup.click("button[type=submit]:not([name=cancel])").catch(() => {});
  const query = Object.fromEntries(new URL(await redirected).searchParams);
  await popup.close();
  return query;
}

test("a customer signs in with ChatJS, chats on, reconnects and leaves", async () => {
  const context = await newContext();
  const page = await context.newPage();
  const chat = await service.startChat();
  await openChat(page, chat);

  const { SessionId: sessionId } = JSON.parse((await event(page, "AuthenticationInitiated")).Content);
  const url = await page.evaluate(
    ({ sessionId, redirectUri }) => session.getAuthenticationUrl({ sessionId, redirectUri }).then((answer) => answer.data.AuthenticationUrl),
    { sessionId, redirectUri: service.facts.redirect_uris[0] },
  );
  const { code, state } = await signInPopup(context, url);
  await service.answer({ State: state, Code: code });
  await event(page, "AuthenticationSuccessful");
  assert.equal((await event(page, "ParticipantDisplayNameUpdated")).DisplayName, "Ada");
  await message(page, "You are signed in.");
  assert.equal((await service.profilesOf(service.facts.username)).length, 1);

  const sent = await page.evaluate(() => session.sendMessage({ contentType: "text/plain", message: "Hello again" }).then((answer) => answer.data.Id));
  await page.waitForFunction((id) => window.heard.some((event) => event.name === "Message" && event.data.Id === id), sent, { polling: 50 });

  // Lose the socket: what is sent meanwhile arrives after the return.
  await page.evaluate(() => window.sockets.at(-1).close());
  await page.evaluate(() => session.sendMessage({ contentType: "text/plain", message: "Said while away" }));
  await event(page, "ConnectionLost");
  await message(page, "Said while away");
  const items = await page.evaluate(() => session.getTranscript({ maxResults: 100, sortOrder: "ASCENDING" }).then((answer) => answer.data.Transcript));
  const seen = await page.evaluate(() => window.heard.filter((event) => event.name === "Message").map((event) => event.data.Id));
  for (const item of items.filter((item) => item.Type === "MESSAGE")) assert.ok(seen.includes(item.Id), `lost: ${item.Content}`);

  await page.evaluate(() => session.disconnectParticipant());
  await heard(page, () => window.heard.some((event) => event.name === "Ended"));
  const ended = await page.evaluate(() => window.heard.some((event) => event.name === "Message" && event.data.ContentType.endsWith("chat.ended")));
  assert.ok(ended);
  assert.equal(await page.evaluate(() => window.heard.filter((event) => event.name === "ConnectionBroken" || event.name === "DeepHeartbeatFailure").length), 0);
  await context.close();
});

test("a customer opts out with ChatJS", async () => {
  const context = await newContext();
  const page = await context.newPage();
  await openChat(page, await service.startChat());
  const { SessionId: sessionId } = JSON.parse((await event(page, "AuthenticationInitiated")).Content);
  await page.evaluate((sessionId) => session.cancelParticipantAuthentication({ sessionId }), sessionId);
  await event(page, "AuthenticationCanceled");
  await message(page, "You continue without signing in.");
  await context.close();
});

test("the demo page goes through the whole journey", async () => {
  const context = await newContext();
  const page = await context.newPage();
  await page.goto(`${service.facts.url}/demo`);
  await page.click("text=Start chat");
  const popupOpened = context.waitForEvent("page");
  await page.click("a.button:has-text('Sign in')");
  const popup = await popupOpened;
  await popup.fill("input[name=username]", service.facts.username);
  await popup.fill("input[name=password]", service.facts.password);
  await popup.click("button[type=submit]:not([name=cancel])").catch(() => {});
  await page.waitForSelector("text=You are signed in.");
  await page.waitForSelector("text=You are now called Ada");
  await context.close();
});
