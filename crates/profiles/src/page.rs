//! Pages of this feature's lists.

use super::refusal::Refusal;
use signback_platform::paging::Query;

/// How many items a page has if the caller does not say.
pub(super) const LISTED_DEFAULT: u32 = 100;

/// One page of one query.
#[derive(Clone, Debug)]
pub(super) struct Page {
    query: Query,
    /// The key of the last item of the page before; empty for the first page.
    pub(super) after: String,
    limit: u32,
}

impl Page {
    /// The page that a caller asks for; `query` names everything that the answer depends on.
    pub(super) fn asked(
        query: &[&str],
        token: Option<&str>,
        max_results: Option<u32>,
        default: u32,
    ) -> Result<Self, Refusal> {
        let query = Query::new(query);
        let after = query
            .after(token)
            .map_err(|_| Refusal::invalid("NextToken", "does not belong to this request"))?;
        Ok(Self {
            query,
            after,
            limit: max_results.unwrap_or(default),
        })
    }

    /// How many items the page has at most.
    pub(super) fn limit(&self) -> usize {
        usize::try_from(self.limit).unwrap_or(usize::MAX)
    }

    /// How many rows to read: one more than is shown tells whether there are more.
    pub(super) fn rows(&self) -> i64 {
        i64::from(self.limit) + 1
    }

    /// Cuts `items` to the page and gives the token of the next, if there is one.
    pub(super) fn cut<T>(
        &self,
        items: Vec<T>,
        key: impl Fn(&T) -> &str,
    ) -> (Vec<T>, Option<String>) {
        self.query.page(items, self.limit, key)
    }

    /// The token of the page that begins after the item with this key.
    pub(super) fn token(&self, after: &str) -> String {
        self.query.token(after)
    }
}
