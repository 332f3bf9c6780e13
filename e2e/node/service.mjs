// A running service with the demo's start data, and what a backend does for its chat page.
import { spawn } from "node:child_process";
import { appendFileSync, mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ConnectClient, StartChatContactCommand, UpdateParticipantAuthenticationCommand, DescribeContactCommand } from "@aws-sdk/client-connect";
import { CustomerProfilesClient, SearchProfilesCommand } from "@aws-sdk/client-customer-profiles";

export const EVENT = "application/vnd.amazonaws.connect.event.";

export async function startService(...options) {
  const folder = mkdtempSync(join(tmpdir(), "signback-e2e-"));
  const ready = join(folder, "ready.json");
  const log = join(folder, "serve.log");
  const child = spawn(process.env.SIGNBACK_PROGRAM, [
    "serve", "--listen", "127.0.0.1:0", "--bootstrap", "demo", "--test-controls",
    "--database", `sqlite:${folder}/data/signback.db`, "--ready-file", ready, ...options,
  ], { cwd: folder, stdio: ["ignore", "inherit", "pipe"] });
  await new Promise((serves, fail) => {
    let logged = "";
    child.stderr.setEncoding("utf8").on("data", (text) => {
      appendFileSync(log, text);
      if ((logged += text).includes("serving")) serves();
    }).on("end", () => fail(new Error(logged)));
  });
  const facts = JSON.parse(readFileSync(ready, "utf8"));
  const settings = {
    endpoint: facts.url, region: facts.region, maxAttempts: 1,
    credentials: { accessKeyId: facts.access_key_id, secretAccessKey: facts.secret_access_key },
  };
  const connect = new ConnectClient(settings);
  const profiles = new CustomerProfilesClient(settings);
  return {
    facts, settings,
    stop: () => new Promise((done) => { child.once("exit", done); child.kill("SIGTERM"); }),
    startChat: (name = "Guest") => connect.send(new StartChatContactCommand({
      InstanceId: facts.instance_id, ContactFlowId: facts.contact_flow_id, ParticipantDetails: { DisplayName: name },
    })),
    answer: (members) => connect.send(new UpdateParticipantAuthenticationCommand({ InstanceId: facts.instance_id, ...members })),
    describe: async (contact) => (await connect.send(new DescribeContactCommand({ InstanceId: facts.instance_id, ContactId: contact }))).Contact,
    profilesOf: async (email) => (await profiles.send(new SearchProfilesCommand({
      DomainName: facts.profiles_domain, KeyName: "_email", Values: [email],
    }))).Items,
  };
}

// Signs in on the hosted page as a browser without JavaScript; gives the redirect's query.
export async function signIn(url, facts) {
  const cookies = new Map();
  const keep = (reply) => reply.headers.getSetCookie().forEach((line) => {
    const [pair] = line.split(";");
    cookies.set(pair.slice(0, pair.indexOf("=")), pair.slice(pair.indexOf("=") + 1));
  });
  const header = () => ({ cookie: [...cookies].map((pair) => pair.join("=")).join("; ") });
  let reply = await fetch(url, { redirect: "manual" });
  keep(reply);
  let at = url;
  while (reply.status >= 300 && reply.status < 400) {
    at = new URL(reply.headers.get("location"), at).href;
    reply = await fetch(at, { redirect: "manual", headers: header() });
    keep(reply);
  }
  const html = await reply.text();
  const action = /<form[^>]*action="([^"]*)"/.exec(html)?.[1].replaceAll("&amp;", "&");
  const form = new URLSearchParams({ username: facts.username, password: facts.password });
  for (const [, name, value] of html.matchAll(/<input[^>]*type="hidden"[^>]*name="([^"]*)"[^>]*value="([^"]*)"/g)) form.set(name, value);
  reply = await fetch(new URL(action ?? at, at), { method: "POST", body: form, redirect: "manual", headers: header() });
  const location = reply.headers.get("location");
  if (!location) throw new Error(`no redirect: ${reply.status} ${(await reply.text()).slice(0, 2000)}`);
  return Object.fromEntries(new URL(location).searchParams);
}
