//! Signs in on the hosted page as a browser without JavaScript does.

use anyhow::{Context as _, bail};
use http::{HeaderMap, HeaderValue, header};
use signback_wire::percent_encode;

use super::client::Client;

/// Requests until the sign-in must have come to its end.
const REQUESTS_MAX: usize = 6;

/// Follows the sign-in's address with the demo's user; gives the address that the browser is sent
/// back to, at `callback`.
pub(super) async fn sign_in(
    client: &Client<'_>,
    url: &str,
    callback: &str,
) -> anyhow::Result<String> {
    let base = client.ready("url")?.to_owned();
    let mut cookies: Vec<(String, String)> = Vec::new();
    let mut target = url
        .strip_prefix(&base)
        .context("the page is the service's own")?
        .to_owned();
    let mut form: Option<String> = None;
    for _ in 0..REQUESTS_MAX {
        let mut headers = HeaderMap::new();
        headers.insert(header::HOST, base.trim_start_matches("http://").parse()?);
        let sent = cookies
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect::<Vec<_>>();
        headers.insert(header::COOKIE, sent.join("; ").parse()?);
        let response = match form.take() {
            None => client.send("GET", &target, headers, Vec::new()).await?,
            Some(form) => {
                let kind = HeaderValue::from_static("application/x-www-form-urlencoded");
                headers.insert(header::CONTENT_TYPE, kind);
                client
                    .send("POST", &target, headers, form.into_bytes())
                    .await?
            }
        };
        for line in response.headers().get_all(header::SET_COOKIE) {
            let pair = line.to_str()?.split(';').next().unwrap_or_default();
            let (name, value) = pair.split_once('=').context("a cookie has a name")?;
            cookies.retain(|(known, _)| known != name);
            cookies.push((name.to_owned(), value.to_owned()));
        }
        if response.status().is_redirection() {
            let location = response
                .headers()
                .get(header::LOCATION)
                .context("a redirect has a Location")?;
            let location = location.to_str()?;
            if location.starts_with(callback) {
                return Ok(location.to_owned());
            }
            target = location.strip_prefix(&base).unwrap_or(location).to_owned();
            continue;
        }
        let page = String::from_utf8_lossy(response.body()).into_owned();
        let shown = page
            .split("<form")
            .nth(1)
            .context("the page shows a form")?;
        let opening = shown.split('>').next().unwrap_or_default();
        if let Some(action) = attribute(opening, "action") {
            target = action.strip_prefix(&base).unwrap_or(&action).to_owned();
        }
        form = Some(filled(client, shown)?);
    }
    bail!("the sign-in did not come back after {REQUESTS_MAX} requests")
}

fn filled(client: &Client<'_>, form: &str) -> anyhow::Result<String> {
    let mut fields = Vec::new();
    for input in form
        .split("<input")
        .skip(1)
        .filter(|input| input.contains("type=\"hidden\""))
    {
        let name = attribute(input, "name").context("a hidden field has a name")?;
        fields.push((name, attribute(input, "value").unwrap_or_default()));
    }
    fields.push(("username".to_owned(), client.ready("username")?.to_owned()));
    fields.push(("password".to_owned(), client.ready("password")?.to_owned()));
    let pairs = fields
        .iter()
        .map(|(name, value)| format!("{}={}", percent_encode(name), percent_encode(value)));
    Ok(pairs.collect::<Vec<_>>().join("&"))
}

fn attribute(tag: &str, name: &str) -> Option<String> {
    let value = tag.split(&format!("{name}=\"")).nth(1)?.split('"').next()?;
    Some(value.replace("&amp;", "&"))
}
