//! The addresses that clients are told, and what a start warns of.

use std::net::SocketAddr;

use crate::config::Serve;

/// Fills in the URLs that follow from the address that was bound.
pub(super) fn set(serve: &mut Serve, address: SocketAddr) {
    let scheme = if serve.tls.is_some() { "https" } else { "http" };
    let settings = &mut serve.settings;
    settings.public_url = serve
        .public_url
        .clone()
        .unwrap_or_else(|| format!("{scheme}://{address}"));
    settings.websocket_url = settings.public_url.replacen("http", "ws", 1);
}

/// What a start with these settings says loudly: what it lets in, and what will not work.
pub(super) fn warnings(serve: &Serve) -> Vec<&'static str> {
    let mut warnings = Vec::new();
    if serve.reach.network_is_trusted {
        warnings.push(
            "--trust-network: WHOEVER REACHES THIS SERVICE MAY DO ANYTHING; meant for containers \
             and CI, never for a network that strangers are in",
        );
    }
    // ChatJS opens `wss://…` and `ws://127.0.0.1:…`, nothing else (chat-protocol §1).
    let opened = serve.settings.websocket_url.strip_prefix("ws://127.0.0.1");
    let is_opened = opened.is_some_and(|rest| rest.is_empty() || rest.starts_with([':', '/']));
    if serve.settings.websocket_url.starts_with("ws:") && !is_opened {
        warnings.push(
            "ChatJS refuses a plain websocket to any host but 127.0.0.1: give --public-url with \
             https, or with the host 127.0.0.1",
        );
    }
    warnings
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::parse;

    #[test]
    fn a_start_warns_of_websockets_that_chatjs_refuses_and_of_a_trusted_network() {
        for (flags, words) in [
            ("", &[][..]),
            ("--listen [::1]:80", &["ChatJS"]),
            ("--public-url http://127.0.0.1/x", &[]),
            ("--public-url https://localhost", &[]),
            ("--public-url http://localhost:4545", &["ChatJS"]),
            ("--trust-network", &["WHOEVER"]),
            (
                "--trust-network --public-url http://127.0.0.1.example",
                &["WHOEVER", "ChatJS"],
            ),
            ("--tls-cert c --tls-key k", &[]),
        ] {
            let args: Vec<String> = flags.split_whitespace().map(str::to_owned).collect();
            let mut serve = parse(&args, &|_| None, None).ok().unwrap();
            let address = serve.listen;
            set(&mut serve, address);
            let warnings = warnings(&serve);
            assert_eq!(warnings.len(), words.len(), "{flags}: {warnings:?}");
            for (warning, word) in warnings.iter().zip(words) {
                assert!(warning.contains(word), "{flags}: {warning}");
            }
        }
    }
}
