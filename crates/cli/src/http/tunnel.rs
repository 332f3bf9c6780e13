//! Tunnels through proxies, to what is beyond them.

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use super::proxy::Proxy;
use super::{Stream, Trouble};
use crate::http::url::Url;

/// The longest line in a proxy's answer to `CONNECT`.
const TUNNEL_LINE_BYTES_MAX: usize = 64 * 1024;
/// The most header fields in a proxy's answer to `CONNECT`.
const TUNNEL_FIELDS_MAX: usize = 100;

/// Asks the proxy for a tunnel.
pub(super) async fn open(
    stream: &mut Box<dyn Stream>,
    url: &Url,
    proxy: &Proxy,
) -> Result<(), Trouble> {
    let refused = || Trouble::Proxy(proxy.masked());
    let authorization = proxy
        .authorization()
        .map(|value| format!("Proxy-Authorization: {value}\r\n"))
        .unwrap_or_default();
    let (host, port) = (url.bracketed_host(), url.port());
    let head = format!("CONNECT {host}:{port} HTTP/1.0\r\n{authorization}\r\n");
    stream
        .write_all(head.as_bytes())
        .await
        .map_err(|_| refused())?;
    stream.flush().await.map_err(|_| refused())?;
    let status = line(stream).await?;
    if status.is_empty() {
        return Err(refused());
    }
    let mut words = status.split_ascii_whitespace();
    let version = words.next().unwrap_or_default();
    let code = words.next().and_then(|code| code.parse::<u16>().ok());
    match code {
        Some(200) if version.starts_with("HTTP/") => {}
        Some(100..=999) if version.starts_with("HTTP/") => return Err(refused()),
        _ => return Err(Trouble::Closed),
    }
    for _ in 0..=TUNNEL_FIELDS_MAX {
        if line(stream).await?.trim().is_empty() {
            return Ok(());
        }
    }
    Err(Trouble::Closed)
}

/// A line of a proxy's answer with its end; empty where the answer ends. It is read byte by byte:
/// what follows the head belongs to the tunnel.
async fn line(stream: &mut Box<dyn Stream>) -> Result<String, Trouble> {
    let mut line = Vec::new();
    while line.last() != Some(&b'\n') {
        if line.len() == TUNNEL_LINE_BYTES_MAX {
            return Err(Trouble::Closed);
        }
        match stream.read_u8().await {
            Ok(byte) => line.push(byte),
            Err(_) => break,
        }
    }
    Ok(String::from_utf8_lossy(&line).into_owned())
}
