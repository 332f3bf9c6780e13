// A small chat client over the participant service: connection, websocket, messages, sign-in.
"use strict";

const EVENT = "application/vnd.amazonaws.connect.event.";
const byId = (id) => document.getElementById(id);
const chat = { contact: null, participant: null, connection: null, socket: null, seen: new Set(), ended: false, retries: 0, signIn: null };

async function call(path, token, body) {
  const headers = { "content-type": "application/json" };
  if (token) headers["x-amz-bearer"] = token;
  const reply = await fetch(path, { method: "POST", headers, body: JSON.stringify(body) });
  const text = await reply.text();
  const document = text ? JSON.parse(text) : {};
  if (!reply.ok) throw Object.assign(new Error(document.Message || document.message || reply.statusText), { status: reply.status });
  return document;
}

function status(text) { byId("status").textContent = text; }

function show(id, kind, text, author) {
  if (id && chat.seen.has(id)) return null;
  if (id) chat.seen.add(id);
  const item = document.createElement("li");
  item.className = `item ${kind}`;
  if (author) {
    const name = document.createElement("small");
    name.textContent = author;
    item.append(name);
  }
  item.append(text);
  byId("items").append(item);
  item.scrollIntoView({ block: "end" });
  return item;
}

async function start(name) {
  const started = await call("/demo/start", null, { DisplayName: name });
  Object.assign(chat, { contact: started.ContactId, participant: started.ParticipantToken });
  byId("start").hidden = true;
  byId("items").hidden = byId("write").hidden = byId("end").hidden = false;
  await connect();
}

async function connect() {
  status("Connecting …");
  const made = await call("/participant/connection", chat.participant, { Type: ["WEBSOCKET", "CONNECTION_CREDENTIALS"] });
  chat.connection = made.ConnectionCredentials.ConnectionToken;
  const socket = chat.socket = new WebSocket(made.Websocket.Url);
  let beat;
  socket.onopen = () => {
    socket.send(JSON.stringify({ topic: "aws/subscribe", content: { topics: ["aws/chat"] } }));
    beat = setInterval(() => socket.send(JSON.stringify({ topic: "aws/heartbeat" })), 10000);
    chat.retries = 0;
    status("Connected");
  };
  socket.onmessage = (frame) => {
    const message = JSON.parse(frame.data);
    if (message.topic === "aws/chat") receive(JSON.parse(message.content));
  };
  socket.onclose = () => {
    clearInterval(beat);
    if (!chat.ended) reconnect();
  };
}

function reconnect() {
  status("Connection lost, trying again …");
  const pause = Math.min(15000, 500 * 2 ** chat.retries++);
  setTimeout(() => connect().catch((error) => (error.status === 403 ? ended() : reconnect())), pause);
}

const NOTES = {
  "authentication.succeeded": ["good", "Sign-in succeeded"],
  "authentication.failed": ["bad", "Sign-in failed"],
  "authentication.timeout": ["bad", "Sign-in timed out"],
  "authentication.cancelled": ["", "Continued without signing in"],
};

function receive(item) {
  if (item.Type === "MESSAGE") {
    return show(item.Id, item.ParticipantRole === "CUSTOMER" ? "own" : "", item.Content, item.DisplayName === "SYSTEM_MESSAGE" ? "Assistant" : item.DisplayName);
  }
  const event = (item.ContentType || "").replace(EVENT, "");
  if (event === "authentication.initiated") return offerSignIn(item);
  if (NOTES[event]) {
    closeSignIn();
    return show(item.Id, `event ${NOTES[event][0]}`, NOTES[event][1]);
  }
  if (event === "participant.displayname.updated") return show(item.Id, "event good", `You are now called ${item.DisplayName}`);
  if (event === "chat.ended") return ended();
}

async function offerSignIn(item) {
  if (chat.seen.has(item.Id)) return;
  const card = show(item.Id, "sign-in", "Please sign in to go on.");
  const sessionId = JSON.parse(item.Content).SessionId;
  const link = document.createElement("a");
  link.className = "button";
  link.textContent = "Sign in";
  link.target = "signback-sign-in";
  const decline = document.createElement("button");
  decline.className = "quiet";
  decline.type = "button";
  decline.textContent = "Continue without signing in";
  chat.signIn = { link, decline };
  decline.onclick = () => {
    decline.disabled = true;
    call("/participant/cancel-authentication", chat.connection, { SessionId: sessionId }).catch((error) => show(null, "event bad", error.message));
  };
  try {
    const answer = await call("/participant/authentication-url", chat.connection, { SessionId: sessionId, RedirectUri: `${location.origin}/demo/callback` });
    link.href = answer.AuthenticationUrl;
    localStorage.setItem("signback-demo-state", new URL(answer.AuthenticationUrl).searchParams.get("state"));
    link.onclick = (event) => {
      event.preventDefault();
      window.open(link.href, link.target, "popup,width=600,height=700");
    };
    card.append(link, decline);
  } catch (error) {
    card.append(`Sign-in is unavailable: ${error.message} `, decline);
  }
}

function closeSignIn() {
  if (!chat.signIn) return;
  chat.signIn.link.setAttribute("aria-disabled", "true");
  chat.signIn.decline.disabled = true;
  chat.signIn = null;
}

function ended() {
  chat.ended = true;
  closeSignIn();
  status("The chat has ended");
  byId("write").hidden = byId("end").hidden = true;
  if (chat.socket) chat.socket.close(1000);
}

byId("start").onsubmit = (event) => {
  event.preventDefault();
  start(byId("name").value).catch((error) => status(`The chat could not be started: ${error.message}`));
};
byId("write").onsubmit = (event) => {
  event.preventDefault();
  const text = byId("text").value.trim();
  if (!text) return;
  byId("text").value = "";
  call("/participant/message", chat.connection, { ContentType: "text/plain", Content: text, ClientToken: crypto.randomUUID() })
    .catch((error) => show(null, "event bad", `Not sent: ${error.message}`));
};
byId("end").onclick = () => call("/participant/disconnect", chat.connection, {}).catch((error) => status(error.message));
