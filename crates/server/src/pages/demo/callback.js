// The page that the identity provider redirects to: compares `state` with the one that this
// browser's chat was given, hands code or error to the server, and closes.
"use strict";

const answer = new URLSearchParams(location.search);
// The address holds a one-time code: take it out of the history before anything else.
history.replaceState(null, "", location.pathname);

function say(title, message) {
  document.getElementById("title").textContent = title;
  document.getElementById("message").textContent = message;
}

async function complete() {
  const state = answer.get("state");
  if (!state || localStorage.getItem("signback-demo-state") !== state) {
    return say("This sign-in is not from here", "It does not belong to a chat in this browser. Nothing was done.");
  }
  localStorage.removeItem("signback-demo-state");
  const body = { State: state };
  if (answer.get("code")) body.Code = answer.get("code");
  else {
    body.Error = answer.get("error") || "invalid_request";
    if (answer.get("error_description")) body.ErrorDescription = answer.get("error_description");
  }
  const reply = await fetch("/demo/complete", {
    method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body),
  });
  if (!reply.ok) {
    const said = await reply.json().catch(() => ({}));
    return say("The sign-in was not accepted", said.message || "Go back to the chat and try again.");
  }
  say("Back to the chat", "You can close this window.");
  window.close();
}

complete().catch(() => say("The chat could not be told", "The server did not answer. Go back to the chat and try again."));
