//! The search for profiles.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::super::domains;
use super::super::page::Page;
use super::super::refusal::Refusal;
use super::super::search::{self, Criterion, Found};
use super::List;
use signback_platform::operation::Call;
use signback_platform::store::Tx;

/// How many profiles a page has if the caller does not say.
const FOUND_DEFAULT: u32 = 20;
/// Most values of one key.
const VALUES_MAX: usize = 100;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct Search {
    domain_name: String,
    key_name: String,
    values: Vec<String>,
    #[serde(default)]
    additional_search_keys: Vec<SearchKey>,
    logical_operator: Option<String>,
    next_token: Option<String>,
    max_results: Option<u32>,
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct SearchKey {
    key_name: String,
    values: Vec<String>,
}

pub(super) fn search(tx: &mut Tx<'_>, call: &Call, input: &Search) -> Result<List<Value>, Refusal> {
    let first = SearchKey {
        key_name: input.key_name.clone(),
        values: input.values.clone(),
    };
    let asked: Vec<&SearchKey> = std::iter::once(&first)
        .chain(&input.additional_search_keys)
        .collect();
    if asked.iter().any(|key| key.values.len() > VALUES_MAX) {
        return Err(Refusal::invalid(
            "Values",
            format!("at most {VALUES_MAX} values"),
        ));
    }
    let all = input.logical_operator.as_deref() == Some("AND");
    let domain = domains::required(tx, &call.scope, &input.domain_name)?;
    let what = serde_json::to_string(&asked).unwrap_or_default();
    let query = ["search", &domain.id, if all { "AND" } else { "OR" }, &what];
    let page = Page::asked(
        &query,
        input.next_token.as_deref(),
        input.max_results,
        FOUND_DEFAULT,
    )?;
    let criteria: Vec<Criterion> = asked
        .iter()
        .map(|key| Criterion {
            name: key.key_name.clone(),
            values: key.values.clone(),
        })
        .collect();
    let (found, last) = search::search(
        tx,
        &domain,
        &criteria,
        all,
        &page.after,
        page.limit(),
        search::LOOKED_AT_MAX,
    )?;
    Ok(List {
        items: found.iter().map(|found| shown(found, &asked)).collect(),
        next_token: last.map(|last| page.token(&last)),
    })
}

/// A profile with the keys by which it was found.
fn shown(found: &Found, asked: &[&SearchKey]) -> Value {
    let mut document = found.profile.document();
    let by: Vec<Value> = found.by.iter().map(|at| json!(asked[*at])).collect();
    document.insert("FoundByItems".to_owned(), by.into());
    Value::Object(document)
}
