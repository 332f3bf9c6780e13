//! An OpenID provider outside the service, which does what a test tells it: wrong answers, wrong
//! tokens, and answers that never come.

use std::collections::HashMap;
use std::convert::Infallible;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::{BodyExt as _, Full};
use hyper::body::Incoming;
use hyper_util::rt::TokioIo;
use serde_json::{Map, Value, json};
use signback_oidc::SigningKey;
use signback_platform::clock::{HeldTime, TimeSource as _};
use tokio::net::TcpListener;
use tokio::sync::Notify;

/// The client that the provider knows.
pub const CLIENT: &str = "outside-client";

/// What the provider does differently.
#[derive(Clone, Default)]
pub struct Manners {
    /// Status and body of the token endpoint instead of tokens.
    pub token_answer: Option<(u16, String)>,
    /// Claims that take the place of the right ones; null takes one away.
    pub claims: Map<String, Value>,
    /// The ID token itself, instead of one made from claims.
    pub id_token: Option<String>,
    /// The keys that are published, instead of the one that signs.
    pub keys: Option<Value>,
    /// The ID token's header, instead of the right one.
    pub header: Option<Value>,
    /// Members that take the place of the discovery document's.
    pub metadata: Map<String, Value>,
    /// Members that take the place of the token answer's; null takes one away.
    pub tokens: Map<String, Value>,
    /// Status and media type of the token answer; an empty one is left out.
    pub token_head: Option<(u16, &'static str)>,
    /// What userinfo says.
    pub userinfo: Option<Value>,
    /// Requests to this path are never answered.
    pub silent: Option<&'static str>,
    /// The token endpoint redirects here.
    pub redirect: Option<String>,
}

struct Inner {
    issuer: String,
    key: Mutex<Arc<SigningKey>>,
    time: Arc<HeldTime>,
    manners: Mutex<Manners>,
    /// What was asked for with each code that was issued.
    codes: Mutex<HashMap<String, HashMap<String, String>>>,
    /// How many codes were issued.
    issued: AtomicUsize,
    /// The codes that were posted, in order.
    posted: Mutex<Vec<String>>,
    /// The `Authorization` of the last code that was posted.
    authorization: Mutex<Option<String>>,
    /// The paths that were called, in order.
    calls: Mutex<Vec<String>>,
    called: Notify,
}

/// A provider that is up as long as the test.
#[derive(Clone)]
pub struct IdentityProvider(Arc<Inner>);

impl IdentityProvider {
    /// A provider that shares a clock with the service.
    pub async fn start(time: &Arc<HeldTime>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let provider = Self(Arc::new(Inner {
            issuer: format!("http://{}", listener.local_addr().unwrap()),
            key: Mutex::new(new_key()),
            time: Arc::clone(time),
            manners: Mutex::default(),
            codes: Mutex::default(),
            issued: AtomicUsize::default(),
            posted: Mutex::default(),
            authorization: Mutex::default(),
            calls: Mutex::default(),
            called: Notify::new(),
        }));
        let serving = provider.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let provider = serving.clone();
                let service = hyper::service::service_fn(move |request| {
                    let provider = provider.clone();
                    async move { Ok::<_, Infallible>(provider.answer(request).await) }
                });
                let connection = hyper::server::conn::http1::Builder::new()
                    .serve_connection(TokioIo::new(stream), service);
                tokio::spawn(connection);
            }
        });
        provider
    }

    pub fn issuer(&self) -> &str {
        &self.0.issuer
    }

    /// The settings that put it behind a user pool's ARN.
    pub fn settings(&self, user_pool_arn: &str) -> String {
        format!(
            "[[identity_source]]\nuser_pool_arn = \"{user_pool_arn}\"\nissuer = \"{}\"\n",
            self.issuer()
        )
    }

    /// Another key under the name of the one before.
    pub fn rotate(&self) {
        *self.0.key.lock().unwrap() = new_key();
    }

    pub fn key(&self) -> Arc<SigningKey> {
        Arc::clone(&self.0.key.lock().unwrap())
    }

    pub fn behave(&self, manners: Manners) {
        *self.0.manners.lock().unwrap() = manners;
    }

    /// What a customer brings back who signed in at `url`.
    pub fn sign_in(&self, url: &str) -> Value {
        let url = url::Url::parse(url).unwrap();
        assert_eq!(url.path(), "/authorize");
        let asked: HashMap<String, String> = url.query_pairs().into_owned().collect();
        let mut codes = self.0.codes.lock().unwrap();
        let code = format!("code-{}", self.0.issued.fetch_add(1, Ordering::Relaxed));
        let state = asked["state"].clone();
        codes.insert(code.clone(), asked);
        json!({"State": state, "Code": code})
    }

    /// How often a path was called.
    pub fn count(&self, path: &str) -> usize {
        let calls = self.0.calls.lock().unwrap();
        calls.iter().filter(|call| *call == path).count()
    }

    /// The codes that were posted, in order.
    pub fn posted(&self) -> Vec<String> {
        self.0.posted.lock().unwrap().clone()
    }

    /// The `Authorization` of the last code that was posted.
    pub fn authorization(&self) -> Option<String> {
        self.0.authorization.lock().unwrap().clone()
    }

    /// Waits until a path was called.
    pub async fn called(&self, path: &str) {
        loop {
            let called = self.0.called.notified();
            if self.count(path) > 0 {
                return;
            }
            called.await;
        }
    }

    async fn answer(&self, request: Request<Incoming>) -> Response<Full<Bytes>> {
        let path = request.uri().path().to_owned();
        let manners = self.0.manners.lock().unwrap().clone();
        self.0.calls.lock().unwrap().push(path.clone());
        self.0.called.notify_waiters();
        if manners.silent == Some(path.as_str()) {
            std::future::pending::<()>().await;
        }
        match path.as_str() {
            "/.well-known/openid-configuration" | "/elsewhere/metadata" => {
                reply(200, self.metadata(manners.metadata).to_string())
            }
            "/keys" => {
                let own = || json!([self.key().jwk()]);
                let keys = manners.keys.unwrap_or_else(own);
                reply(200, json!({ "keys": keys }).to_string())
            }
            "/me" => {
                assert_eq!(request.headers()["authorization"], "Bearer access");
                let userinfo = manners.userinfo.map(|it| it.to_string());
                userinfo.map_or_else(|| reply(503, String::new()), |it| reply(200, it))
            }
            "/token" => {
                let authorization = request.headers().get("authorization");
                let authorization = authorization.map(|it| it.to_str().unwrap().to_owned());
                *self.0.authorization.lock().unwrap() = authorization;
                let form = request.into_body().collect().await.unwrap().to_bytes();
                self.token(&form, manners)
            }
            _ => reply(404, "{}".to_owned()),
        }
    }

    fn metadata(&self, changes: Map<String, Value>) -> Value {
        let issuer = self.issuer();
        let mut metadata = json!({
            "issuer": issuer,
            "authorization_endpoint": format!("{issuer}/authorize"),
            "token_endpoint": format!("{issuer}/token"),
            "jwks_uri": format!("{issuer}/keys"),
            "userinfo_endpoint": format!("{issuer}/me"),
            "id_token_signing_alg_values_supported": ["RS256"],
        });
        metadata.as_object_mut().unwrap().extend(changes);
        metadata
    }

    fn token(&self, form: &[u8], manners: Manners) -> Response<Full<Bytes>> {
        let form: HashMap<String, String> =
            url::form_urlencoded::parse(form).into_owned().collect();
        self.0.posted.lock().unwrap().push(form["code"].clone());
        if let Some(location) = manners.redirect {
            let mut reply = reply(307, String::new());
            reply
                .headers_mut()
                .insert("location", location.parse().unwrap());
            return reply;
        }
        if let Some((status, body)) = manners.token_answer {
            return reply(status, body);
        }
        let Some(asked) = self.0.codes.lock().unwrap().remove(&form["code"]) else {
            return reply(400, r#"{"error":"invalid_grant"}"#.to_owned());
        };
        let verifier = signback_oidc::Verifier::parse(&form["code_verifier"]).unwrap();
        assert_eq!(verifier.challenge().as_str(), asked["code_challenge"]);
        assert_eq!(form["grant_type"], "authorization_code");
        assert_eq!(form["redirect_uri"], asked["redirect_uri"]);
        assert_eq!(form["client_id"], CLIENT);
        let now = self.0.time.now().seconds();
        let mut claims = json!({
            "iss": self.issuer(), "aud": CLIENT, "sub": "subject-1", "nonce": asked["nonce"],
            "iat": now, "exp": now + 300, "given_name": "Ada",
            "email": "ada@example.com", "email_verified": true,
        });
        let claims = claims.as_object_mut().unwrap();
        claims.extend(manners.claims);
        claims.retain(|_, value| !value.is_null());
        let id_token = manners.id_token.unwrap_or_else(|| match manners.header {
            Some(header) => self.key().sign(&header, &json!(claims)).unwrap(),
            None => self.key().issue(claims).unwrap(),
        });
        let mut tokens = json!({
            "access_token": "access", "token_type": "bearer", "expires_in": 60,
            "id_token": id_token,
        });
        let members = tokens.as_object_mut().unwrap();
        members.extend(manners.tokens);
        members.retain(|_, value| !value.is_null());
        let (status, media_type) = manners.token_head.unwrap_or((200, "application/json"));
        let mut reply = reply(status, tokens.to_string());
        match media_type {
            "" => drop(reply.headers_mut().remove("content-type")),
            name => drop(
                reply
                    .headers_mut()
                    .insert("content-type", name.parse().unwrap()),
            ),
        }
        reply
    }
}

fn new_key() -> Arc<SigningKey> {
    Arc::new(SigningKey::generate("outside-key").unwrap())
}

fn reply(status: u16, body: String) -> Response<Full<Bytes>> {
    Response::builder()
        .status(status)
        .header("content-type", "application/json; charset=utf-8")
        .body(Full::new(body.into()))
        .unwrap()
}
