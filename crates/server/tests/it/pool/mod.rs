//! The embedded user pool, through its operations, pages and endpoints.

mod admin;
mod authorize;
mod clients;
mod login;
mod refresh;
mod tokens;
mod users;

use serde_json::{Value, json};
use signback_oidc::{Challenge, Verifier};

use crate::support::{Answer, Reply, Server, exchange};

const CALLBACK: &str = "https://app.example/callback";
const PASSWORD: &str = "Right-1-password";
const EMAIL: &str = "ana@example.com";

/// A pool with a client, a domain and a user who has chosen a password.
pub struct Fixture {
    pub server: Server,
    pub pool: String,
    pub client: String,
    pub domain: String,
}

impl Fixture {
    pub fn public_url(&self) -> &str {
        &self.server.running.app.platform.settings.public_url
    }

    pub async fn new() -> Self {
        Self::with(json!({}), json!({})).await
    }

    /// The same with further settings of pool and client.
    pub async fn with(pool: Value, client: Value) -> Self {
        let server = Server::start().await;
        let made = idp(
            &server,
            "CreateUserPool",
            merged(json!({"PoolName": "people"}), pool),
        )
        .await;
        let pool = text(&made.done()["UserPool"]["Id"]);
        let domain = "people".to_owned();
        let input = json!({"UserPoolId": pool, "Domain": domain});
        idp(&server, "CreateUserPoolDomain", input).await.done();
        let mut fixture = Self {
            server,
            pool,
            client: String::new(),
            domain,
        };
        fixture.client = fixture.new_client(client).await;
        fixture.add_user("ana").await;
        fixture
    }

    /// Adds a client; gives its id.
    pub async fn new_client(&self, settings: Value) -> String {
        let standard = json!({
            "UserPoolId": self.pool,
            "ClientName": "The shop",
            "AllowedOAuthFlowsUserPoolClient": true,
            "AllowedOAuthFlows": ["code"],
            "AllowedOAuthScopes": ["openid", "email", "phone", "profile"],
            "SupportedIdentityProviders": ["COGNITO"],
            "CallbackURLs": [CALLBACK],
        });
        let made = self
            .call("CreateUserPoolClient", merged(standard, settings))
            .await
            .done();
        text(&made["UserPoolClient"]["ClientId"])
    }

    pub async fn add_user(&self, name: &str) {
        let attributes = json!([
            {"Name": "email", "Value": EMAIL},
            {"Name": "email_verified", "Value": "true"},
            {"Name": "given_name", "Value": "Ana"},
            {"Name": "phone_number", "Value": "+4912345"},
        ]);
        let input = json!({"UserPoolId": self.pool, "Username": name,
            "UserAttributes": attributes, "MessageAction": "SUPPRESS"});
        self.call("AdminCreateUser", input).await.done();
        self.set_password(name, PASSWORD, true).await;
    }

    pub async fn set_password(&self, name: &str, password: &str, permanent: bool) {
        let input = json!({"UserPoolId": self.pool, "Username": name,
            "Password": password, "Permanent": permanent});
        self.call("AdminSetUserPassword", input).await.done();
    }

    pub async fn call(&self, operation: &str, input: Value) -> Answer {
        idp(&self.server, operation, input).await
    }

    /// The same on the fixture's pool.
    pub async fn in_pool(&self, operation: &str, input: Value) -> Answer {
        self.call(operation, merged(json!({"UserPoolId": self.pool}), input))
            .await
    }

    /// The path of an authorization request: the usual parameters, and those given.
    pub fn authorize_path(&self, page: &str, parameters: &[(&str, &str)]) -> String {
        let mut all = vec![
            ("client_id", self.client.as_str()),
            ("redirect_uri", CALLBACK),
            ("response_type", "code"),
            ("state", "st/a te"),
        ];
        for (name, value) in parameters {
            all.retain(|(known, _)| known != name);
            if !value.is_empty() {
                all.push((name, value));
            }
        }
        let query = form(&all);
        format!("/_pools/{}{page}?{query}", self.domain)
    }

    /// Signs in with the usual user; gives the redirect's parameters.
    pub async fn sign_in(&self, parameters: &[(&str, &str)]) -> Vec<(String, String)> {
        let mut browser = Browser::new(self);
        browser
            .open(&self.authorize_path("/oauth2/authorize", parameters))
            .await;
        let reply = browser
            .submit(&[("username", "ana"), ("password", PASSWORD)])
            .await;
        assert_eq!(reply.status, 303, "{}", reply.text());
        returned(&reply)
    }

    /// Signs in and gives the code.
    pub async fn code(&self, parameters: &[(&str, &str)]) -> String {
        parameter(&self.sign_in(parameters).await, "code")
    }

    /// Posts to the token endpoint: client, address, and the fields given.
    pub async fn token(&self, fields: &[(&str, &str)]) -> Reply {
        let mut all = vec![
            ("client_id", self.client.as_str()),
            ("redirect_uri", CALLBACK),
        ];
        for (name, value) in fields {
            all.retain(|(known, _)| known != name);
            if !value.is_empty() {
                all.push((name, value));
            }
        }
        self.token_as(&[], &form(&all)).await
    }

    pub async fn token_as(&self, headers: &[(&str, &str)], body: &str) -> Reply {
        let mut headers = headers.to_vec();
        headers.push(("content-type", "application/x-www-form-urlencoded"));
        let path = format!("/_pools/{}/oauth2/token", self.domain);
        self.server.post(&path, &headers, body).await
    }

    /// Redeems a code without PKCE.
    pub async fn redeem(&self, code: &str) -> Reply {
        self.token(&[("grant_type", "authorization_code"), ("code", code)])
            .await
    }

    pub async fn user_info(&self, access_token: &str) -> Reply {
        let authorization = format!("Bearer {access_token}");
        let path = format!("/_pools/{}/oauth2/userInfo", self.domain);
        let base = &self.server.running.app.platform.settings.public_url;
        exchange(
            base,
            "GET",
            &path,
            &[("authorization", &authorization)],
            Vec::new(),
        )
        .await
    }
}

async fn idp(server: &Server, operation: &str, input: Value) -> Answer {
    server.call("cognito-idp", operation, input).await
}

fn merged(mut base: Value, more: Value) -> Value {
    let Value::Object(more) = more else {
        panic!("not an object: {more}");
    };
    base.as_object_mut().unwrap().extend(more);
    base
}

fn text(value: &Value) -> String {
    value
        .as_str()
        .unwrap_or_else(|| panic!("not a text: {value}"))
        .to_owned()
}

pub fn form(pairs: &[(&str, &str)]) -> String {
    url::form_urlencoded::Serializer::new(String::new())
        .extend_pairs(pairs)
        .finish()
}

/// The parameters that a redirect to the callback carries.
pub fn returned(reply: &Reply) -> Vec<(String, String)> {
    let location = reply.header("location");
    assert!(
        location.starts_with(CALLBACK),
        "{} {location}",
        reply.status
    );
    let url = url::Url::parse(location).unwrap();
    url::form_urlencoded::parse(url.query().unwrap_or_default().as_bytes())
        .into_owned()
        .collect()
}

pub fn parameter(parameters: &[(String, String)], name: &str) -> String {
    let found = parameters.iter().find(|(other, _)| other == name);
    found
        .unwrap_or_else(|| panic!("no {name} in {parameters:?}"))
        .1
        .clone()
}

/// A verifier and its challenge.
pub fn pkce(seed: u8) -> (Verifier, Challenge) {
    let verifier = Verifier::from_random([seed; 32]);
    let challenge = verifier.challenge();
    (verifier, challenge)
}

/// A browser without JavaScript: it keeps cookies, follows redirects inside the site, and submits
/// the form of the page it shows.
pub struct Browser<'f> {
    base: String,
    host: Option<String>,
    fixture: std::marker::PhantomData<&'f Fixture>,
    pub cookies: Vec<(String, String)>,
    at: String,
    pub page: String,
}

impl<'f> Browser<'f> {
    pub fn new(fixture: &'f Fixture) -> Self {
        Self {
            base: fixture.public_url().to_owned(),
            host: None,
            fixture: std::marker::PhantomData,
            cookies: Vec::new(),
            at: String::new(),
            page: String::new(),
        }
    }

    /// A browser that reaches the site by that Host.
    pub fn by_host(fixture: &'f Fixture, host: &str) -> Self {
        Self {
            host: Some(host.to_owned()),
            ..Self::new(fixture)
        }
    }

    /// Follows redirects of the site itself; stops at a page or at a redirect that leaves.
    pub async fn open(&mut self, path: &str) -> Reply {
        let mut path = path.to_owned();
        for _ in 0..5 {
            let reply = self.request("GET", &path, &[], String::new()).await;
            let location = reply.header("location");
            if reply.status == 302 && location.starts_with('/') {
                location.clone_into(&mut path);
                continue;
            }
            self.at = path;
            self.page = reply.text();
            return reply;
        }
        panic!("redirects in a circle at {path}");
    }

    /// Submits the page's form with its hidden fields and those given.
    pub async fn submit(&mut self, fields: &[(&str, &str)]) -> Reply {
        let mut all = self.hidden();
        all.extend(
            fields
                .iter()
                .map(|(name, value)| ((*name).to_owned(), (*value).to_owned())),
        );
        let body = url::form_urlencoded::Serializer::new(String::new())
            .extend_pairs(all)
            .finish();
        self.post(&[], body).await
    }

    /// Posts anything to the page's address.
    pub async fn post(&mut self, headers: &[(&str, &str)], body: String) -> Reply {
        let at = self.at.clone();
        let reply = self.request("POST", &at, headers, body).await;
        self.page = reply.text();
        reply
    }

    /// The hidden fields of the page's form.
    pub fn hidden(&self) -> Vec<(String, String)> {
        let inputs = self
            .page
            .split("<input")
            .skip(1)
            .filter(|each| each.contains("\"hidden\""));
        let attribute = |input: &str, name: &str| {
            let rest = input
                .split(&format!(" {name}=\""))
                .nth(1)
                .unwrap_or_default();
            rest.split('"').next().unwrap_or_default().to_owned()
        };
        inputs
            .map(|input| (attribute(input, "name"), attribute(input, "value")))
            .collect()
    }

    async fn request(
        &mut self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: String,
    ) -> Reply {
        let cookies: Vec<String> = self
            .cookies
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        let cookies = cookies.join("; ");
        let mut all = headers.to_vec();
        all.push(("cookie", &cookies));
        if let Some(host) = &self.host {
            all.push(("host", host));
        }
        if method == "POST" {
            all.push(("content-type", "application/x-www-form-urlencoded"));
        }
        let reply = exchange(&self.base, method, path, &all, body.into_bytes()).await;
        for line in reply.headers.get_all("set-cookie") {
            let (pair, rest) = line.to_str().unwrap().split_once(';').unwrap();
            let (name, value) = pair.split_once('=').unwrap();
            self.cookies.retain(|(known, _)| known != name);
            if !rest.contains("Max-Age=0") {
                self.cookies.push((name.to_owned(), value.to_owned()));
            }
        }
        reply
    }
}
