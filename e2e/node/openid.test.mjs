// The user pool as an OpenID relying party meets it: openid-client, unmodified.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import * as openid from "openid-client";
import { signIn, startService } from "./service.mjs";

let service;
before(async () => { service = await startService(); });
after(() => service.stop());

test("a relying party signs a user in with a code and PKCE", async () => {
  const { issuer, user_pool_client_id: clientId, redirect_uris: [redirectUri], username } = service.facts;
  const config = await openid.discovery(new URL(issuer), clientId, undefined, openid.None(), { execute: [openid.allowInsecureRequests] });
  const verifier = openid.randomPKCECodeVerifier();
  const [state, nonce] = [openid.randomState(), openid.randomNonce()];
  const address = openid.buildAuthorizationUrl(config, {
    redirect_uri: redirectUri, scope: "openid email profile", state, nonce,
    code_challenge: await openid.calculatePKCECodeChallenge(verifier), code_challenge_method: "S256",
  });
  const answer = await signIn(address.href, service.facts);
  const back = new URL(redirectUri);
  back.search = new URLSearchParams(answer).toString();
  const tokens = await openid.authorizationCodeGrant(config, back, { pkceCodeVerifier: verifier, expectedState: state, expectedNonce: nonce });
  const claims = tokens.claims();
  assert.equal(claims.email, username);
  assert.equal(claims.token_use, "id");
  const info = await openid.fetchUserInfo(config, tokens.access_token, claims.sub);
  assert.equal(info.email, username);
  const refreshed = await openid.refreshTokenGrant(config, tokens.refresh_token);
  assert.equal(refreshed.claims().sub, claims.sub);
  await assert.rejects(
    openid.authorizationCodeGrant(config, back, { pkceCodeVerifier: verifier, expectedState: state, expectedNonce: nonce }),
    { error: "invalid_grant" },
  );
});
