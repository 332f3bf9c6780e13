//! Pages of lists. A token is opaque to the caller, names the last entry of the page before, and
//! belongs to one query: given with another one it is refused.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};

const DIGEST_LENGTH: usize = 12;

/// A token that was not made for the query it came with.
#[derive(Debug, PartialEq, Eq)]
pub struct ForeignToken;

/// What a list was asked for, apart from the page.
#[derive(Clone, Debug)]
pub struct Query {
    digest: [u8; DIGEST_LENGTH],
}

impl Query {
    /// The query of an operation: its name, and everything else that narrows the list.
    #[must_use]
    pub fn new(parts: &[&str]) -> Self {
        let mut hash = Sha256::new();
        for part in parts {
            hash.update(part.len().to_be_bytes());
            hash.update(part);
        }
        let mut digest = [0; DIGEST_LENGTH];
        digest.copy_from_slice(&hash.finalize()[..DIGEST_LENGTH]);
        Self { digest }
    }

    /// The key after which the page begins: empty for the first one.
    pub fn after(&self, token: Option<&str>) -> Result<String, ForeignToken> {
        let Some(token) = token else {
            return Ok(String::new());
        };
        let bytes = URL_SAFE_NO_PAD.decode(token).map_err(|_| ForeignToken)?;
        let (digest, key) = bytes.split_at_checked(DIGEST_LENGTH).ok_or(ForeignToken)?;
        if digest != self.digest {
            return Err(ForeignToken);
        }
        String::from_utf8(key.to_vec()).map_err(|_| ForeignToken)
    }

    /// Cuts a list that was read with one entry more than `limit`, and gives the token of the
    /// next page if there is one.
    pub fn page<T>(
        &self,
        mut entries: Vec<T>,
        limit: u32,
        key: impl Fn(&T) -> &str,
    ) -> (Vec<T>, Option<String>) {
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        if entries.len() <= limit {
            return (entries, None);
        }
        entries.truncate(limit);
        let token = entries.last().map(|last| self.token(key(last)));
        (entries, token)
    }

    /// The token of the page that begins after the entry with this key.
    #[must_use]
    pub fn token(&self, key: &str) -> String {
        URL_SAFE_NO_PAD.encode([&self.digest[..], key.as_bytes()].concat())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(query: &Query, entries: &[&str], limit: u32) -> (Vec<String>, Option<String>) {
        let entries = entries.iter().map(ToString::to_string).collect();
        query.page(entries, limit, |entry: &String| entry)
    }

    #[test]
    fn pages_follow_each_other() {
        let query = Query::new(&["ListThings", "1"]);
        let (entries, token) = page(&query, &["a", "b", "c"], 2);
        assert_eq!(entries, ["a", "b"]);
        assert_eq!(query.after(token.as_deref()), Ok("b".to_owned()));
        assert_eq!(page(&query, &["a", "b"], 2).1, None);
        assert_eq!(query.after(None), Ok(String::new()));
    }

    #[test]
    fn a_token_belongs_to_its_query() {
        let token = page(&Query::new(&["List", "ab", "c"]), &["x", "y"], 1).1;
        assert!(token.is_some());
        for other in [
            ["List", "a", "bc"],
            ["Other", "ab", "c"],
            ["List", "ab", ""],
        ] {
            assert_eq!(
                Query::new(&other).after(token.as_deref()),
                Err(ForeignToken)
            );
        }
        for garbage in ["", "x", "%%", "AAAA", &"A".repeat(500)] {
            assert_eq!(
                Query::new(&["List"]).after(Some(garbage)),
                Err(ForeignToken),
                "{garbage}"
            );
        }
    }
}
