//! `ListUsers`: a page of users, or those that fit a filter.

use serde::Deserialize;
use serde_json::Value;

use super::listed;
use crate::filter::Filter;
use crate::pool::Pool;
use crate::refusal::Refusal;
use crate::rows;
use crate::user::User;
use signback_platform::operation::Call;
use signback_platform::paging::Query;
use signback_platform::store::Tx;

const LIST_MAX: u32 = 60;
/// Users that one call looks at to find those that fit its filter.
const SEARCHED_MAX: u32 = 2000;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct List {
    user_pool_id: String,
    attributes_to_get: Option<Vec<String>>,
    limit: Option<u32>,
    pagination_token: Option<String>,
    filter: Option<String>,
}

pub(super) fn list(tx: &mut Tx<'_>, call: &Call, input: &List) -> Result<Value, Refusal> {
    let pool = rows::pool_in(tx, &call.scope, &input.user_pool_id)?;
    let wanted = input.attributes_to_get.as_deref();
    let unknown = wanted
        .unwrap_or_default()
        .iter()
        .find(|name| pool.attribute(name).is_none());
    if let Some(name) = unknown {
        let message = format!("AttributesToGet: {name} is not in the pool's schema.");
        return Err(Refusal::Parameter(message));
    }
    let text = input.filter.as_deref().unwrap_or_default();
    let filter = Filter::parse(text)?;
    let query = Query::new(&["ListUsers", &pool.id, text]);
    let after = query.after(input.pagination_token.as_deref())?;
    let limit = input.limit.filter(|limit| *limit > 0);
    let page = Page {
        query,
        after,
        limit: limit.unwrap_or(LIST_MAX).min(LIST_MAX),
    };
    let (users, token) = page.read(tx, &pool, filter.as_ref())?;
    let users = users.iter().map(|user| user.document(wanted)).collect();
    Ok(listed("Users", users, "PaginationToken", token))
}

struct Page {
    query: Query,
    after: String,
    limit: u32,
}

impl Page {
    /// The users of the page, and the token of the next one. With a filter only so many users are
    /// looked at, so a page may be empty and have a successor.
    fn read(
        &self,
        tx: &mut Tx<'_>,
        pool: &Pool,
        filter: Option<&Filter>,
    ) -> Result<(Vec<User>, Option<String>), Refusal> {
        let Some(filter) = filter else {
            let users = rows::users_after(tx, &pool.id, &self.after, i64::from(self.limit) + 1)?;
            return Ok(self.query.page(users, self.limit, |user| &user.sub));
        };
        if let Some(exact) = filter.exact_username().or(filter.exact_sub()) {
            let user = rows::user_by_name(tx, pool, exact)?;
            return Ok((
                user.into_iter()
                    .filter(|user| filter.matches(pool, user))
                    .collect(),
                None,
            ));
        }
        let users = rows::users_after(tx, &pool.id, &self.after, i64::from(SEARCHED_MAX) + 1)?;
        let (searched, next) = self.query.page(users, SEARCHED_MAX, |user| &user.sub);
        let fitting = searched
            .into_iter()
            .filter(|user| filter.matches(pool, user))
            .collect();
        let (fitting, sooner) = self
            .query
            .page(fitting, self.limit, |user: &User| &user.sub);
        Ok((fitting, sooner.or(next)))
    }
}
