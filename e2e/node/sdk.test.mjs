// The journey with the AWS SDK for JavaScript.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import WebSocket from "ws";
import { ConnectParticipantClient, CreateParticipantConnectionCommand, GetAuthenticationUrlCommand, GetTranscriptCommand, SendMessageCommand } from "@aws-sdk/client-connectparticipant";
import { EVENT, signIn, startService } from "./service.mjs";

let service;
before(async () => { service = await startService(); });
after(() => service.stop());

test("a customer signs in with the SDK", async () => {
  const participant = new ConnectParticipantClient(service.settings);
  const chat = await service.startChat();
  const made = await participant.send(new CreateParticipantConnectionCommand({
    ParticipantToken: chat.ParticipantToken, Type: ["WEBSOCKET", "CONNECTION_CREDENTIALS"],
  }));
  const ConnectionToken = made.ConnectionCredentials.ConnectionToken;
  const socket = new WebSocket(made.Websocket.Url);
  const items = [];
  const waiting = [];
  socket.on("message", (data) => {
    const frame = JSON.parse(data);
    if (frame.topic !== "aws/chat") return;
    items.push(JSON.parse(frame.content));
    waiting.splice(0).forEach((look) => look());
  });
  const wait = async (fits) => {
    for (;;) {
      const found = items.find(fits);
      if (found) return found;
      await new Promise((look) => waiting.push(look));
    }
  };
  const event = (name) => wait((item) => item.ContentType === EVENT + name);
  await new Promise((open) => socket.once("open", open));
  socket.send(JSON.stringify({ topic: "aws/subscribe", content: { topics: ["aws/chat"] } }));

  const { SessionId } = JSON.parse((await event("authentication.initiated")).Content);
  const { AuthenticationUrl } = await participant.send(new GetAuthenticationUrlCommand({
    SessionId, RedirectUri: service.facts.redirect_uris[0], ConnectionToken,
  }));
  const { code, state } = await signIn(AuthenticationUrl, service.facts);
  await service.answer({ State: state, Code: code });
  await event("authentication.succeeded");
  assert.equal((await event("participant.displayname.updated")).DisplayName, "Ada");
  await wait((item) => item.Content === "You are signed in.");

  const [profile] = await service.profilesOf(service.facts.username);
  const contact = await service.describe(chat.ContactId);
  const said = contact.SegmentAttributes["connect:CustomerAuthentication"].ValueMap;
  assert.equal(said.Status.ValueString, "AUTHENTICATED");
  assert.equal(said.AssociatedCustomerId.ValueString, profile.ProfileId);

  const sent = await participant.send(new SendMessageCommand({ ConnectionToken, ContentType: "text/plain", Content: "Thank you" }));
  assert.equal((await wait((item) => item.Id === sent.Id)).Content, "Thank you");
  const { Transcript } = await participant.send(new GetTranscriptCommand({ ConnectionToken, MaxResults: 100, SortOrder: "ASCENDING" }));
  assert.ok(Transcript.some((item) => item.Id === sent.Id));
  socket.close();
});

test("errors of the service arrive with their names", async () => {
  await assert.rejects(service.answer({ State: "unknown", Code: "c" }), { name: "InvalidRequestException" });
});
