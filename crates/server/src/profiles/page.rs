//! Pages of answers: an opaque token says where the next one begins, and of which query.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};

use super::Refusal;

/// How many items a page has if the caller does not say.
pub(super) const LISTED_DEFAULT: usize = 100;
const MARK_LENGTH: usize = 12;

/// One page of one query.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Page {
    mark: [u8; MARK_LENGTH],
    /// The key of the last item of the page before; empty for the first page.
    pub(super) after: String,
    pub(super) limit: usize,
}

impl Page {
    /// The page that a caller asks for; `query` names everything that the answer depends on.
    pub(super) fn asked(
        query: &[&str],
        token: Option<&str>,
        max_results: Option<u32>,
        default: usize,
    ) -> Result<Self, Refusal> {
        let mark = mark(query);
        let after = match token {
            None => String::new(),
            Some(token) => read(&mark, token)
                .ok_or_else(|| Refusal::invalid("NextToken", "does not belong to this request"))?,
        };
        let limit = max_results.map_or(default, |max| usize::try_from(max).unwrap_or(default));
        Ok(Self { mark, after, limit })
    }

    /// How many rows to read: one more than is shown tells whether there are more.
    pub(super) fn rows(&self) -> i64 {
        i64::try_from(self.limit + 1).unwrap_or(i64::MAX)
    }

    /// Cuts `items` to the page and gives the token of the next, if there is one.
    pub(super) fn cut<T>(&self, items: &mut Vec<T>, key: impl Fn(&T) -> &str) -> Option<String> {
        if items.len() <= self.limit {
            return None;
        }
        items.truncate(self.limit);
        let last = key(items.last()?);
        Some(self.token(last))
    }

    /// The token of the page that begins after the item with this key.
    pub(super) fn token(&self, after: &str) -> String {
        URL_SAFE_NO_PAD.encode([&self.mark[..], after.as_bytes()].concat())
    }
}

fn mark(query: &[&str]) -> [u8; MARK_LENGTH] {
    let mut digest = Sha256::new();
    for part in query {
        digest.update(part.len().to_be_bytes());
        digest.update(part);
    }
    let digest = digest.finalize();
    std::array::from_fn(|at| digest[at])
}

fn read(mark: &[u8], token: &str) -> Option<String> {
    let bytes = URL_SAFE_NO_PAD.decode(token).ok()?;
    let after = bytes.strip_prefix(mark)?;
    String::from_utf8(after.to_vec()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(query: &[&str], token: Option<&str>) -> Result<Page, Refusal> {
        Page::asked(query, token, Some(2), LISTED_DEFAULT)
    }

    #[test]
    fn a_token_leads_to_the_rest_of_its_own_query() {
        let first = page(&["list", "a"], None).unwrap();
        let mut items = vec!["x", "y", "z"];
        let token = first.cut(&mut items, |item| item).unwrap();
        assert_eq!(items, ["x", "y"]);
        assert_eq!(page(&["list", "a"], Some(&token)).unwrap().after, "y");
        assert!(page(&["list", "b"], Some(&token)).is_err());
        assert!(page(&["lis", "ta"], Some(&token)).is_err());
        for wrong in ["", "x", "%%%"] {
            assert!(page(&["list", "a"], Some(wrong)).is_err());
        }
    }

    #[test]
    fn the_last_page_has_no_token() {
        let first = page(&[], None).unwrap();
        assert_eq!(first.cut(&mut vec!["x", "y"], |item| item), None);
    }
}
