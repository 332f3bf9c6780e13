//! Finds profiles by their keys.

use std::collections::VecDeque;

use super::domain::DomainRef;
use super::object_types::content::ContentType;
use super::object_types::keys;
use super::object_types::predefined::TEMPLATES;
use super::profile::Profile;
use super::rows::domains as domain_rows;
use super::rows::{keys as key_rows, profiles};
use signback_platform::ids::ProfileId;
use signback_platform::store::{Error, Tx};

/// How many ids are read at once for one value of a key.
const READ_AHEAD: usize = 24;
/// Most profiles that one page of a search looks at; then it ends early, with a token.
pub(super) const LOOKED_AT_MAX: usize = 2_000;
/// Most profiles that [`find`] looks at: it does so in a transaction that others wait for.
const FIND_LOOKED_AT_MAX: usize = 500;
/// Most object types of a domain.
pub(super) const OBJECT_TYPES_MAX: i64 = 100;

/// One key and the values that are alternatives for it.
#[derive(Clone, Debug)]
pub(super) struct Criterion {
    pub(super) name: String,
    pub(super) values: Vec<String>,
}

/// A profile and by which criteria it was found.
pub(super) struct Found {
    pub(super) profile: Profile,
    pub(super) by: Vec<usize>,
}

/// Up to `limit` profiles after `after` in the order of their creation, and whether there may be
/// more, with the id after which to go on. It looks at no more than so many profiles.
pub(super) fn search(
    tx: &mut Tx<'_>,
    domain: &DomainRef,
    criteria: &[Criterion],
    all: bool,
    after: &str,
    limit: usize,
    looked_at_max: usize,
) -> Result<(Vec<Found>, Option<String>), Error> {
    let mut streams = streams(tx, domain, criteria)?;
    // The smallest text that sorts after `after`.
    let mut from = if after.is_empty() {
        String::new()
    } else {
        format!("{after}\0")
    };
    let mut found: Vec<Found> = Vec::new();
    for _ in 0..looked_at_max {
        let Some(candidate) = candidate(tx, domain, &mut streams, &from, all)? else {
            return Ok((found, None));
        };
        let mut by = Vec::new();
        for (at, stream) in streams.iter_mut().enumerate() {
            if stream.next(tx, domain, &candidate)?.as_deref() == Some(candidate.as_str()) {
                by.push(at);
            }
        }
        if all && by.len() < streams.len() {
            from = candidate;
            continue;
        }
        if found.len() == limit {
            let last = found
                .last()
                .map(|found| found.profile.id.as_str().to_owned());
            return Ok((found, last));
        }
        if let Some(profile) = profiles::find(tx, domain, &ProfileId::new(candidate.clone()))? {
            found.push(Found { profile, by });
        }
        from = format!("{candidate}\0");
    }
    Ok((found, Some(from.trim_end_matches('\0').to_owned())))
}

/// The next profile to look at from `from` on: the furthest of the criteria's next ones if all
/// have to hold, the nearest if one suffices.
fn candidate(
    tx: &mut Tx<'_>,
    domain: &DomainRef,
    streams: &mut [Stream],
    from: &str,
    all: bool,
) -> Result<Option<String>, Error> {
    let mut best: Option<String> = None;
    for stream in streams {
        match stream.next(tx, domain, from)? {
            None if all => return Ok(None),
            None => {}
            Some(next) => {
                let better = best
                    .as_ref()
                    .is_none_or(|best| if all { next > *best } else { next < *best });
                if better {
                    best = Some(next);
                }
            }
        }
    }
    Ok(best)
}

/// The ids that have one of a criterion's values, in order.
struct Stream {
    name: String,
    values: Vec<Value>,
}

struct Value {
    digest: [u8; 32],
    ahead: VecDeque<String>,
    read_to_the_end: bool,
}

impl Stream {
    /// The first id at or after `from`.
    fn next(
        &mut self,
        tx: &mut Tx<'_>,
        domain: &DomainRef,
        from: &str,
    ) -> Result<Option<String>, Error> {
        let mut best: Option<String> = None;
        for value in &mut self.values {
            if let Some(next) = value.next(tx, domain, &self.name, from)?
                && best.as_ref().is_none_or(|best| next < best.as_str())
            {
                best = Some(next.to_owned());
            }
        }
        Ok(best)
    }
}

impl Value {
    fn next(
        &mut self,
        tx: &mut Tx<'_>,
        domain: &DomainRef,
        name: &str,
        from: &str,
    ) -> Result<Option<&str>, Error> {
        while self.ahead.front().is_some_and(|id| id.as_str() < from) {
            self.ahead.pop_front();
        }
        if self.ahead.is_empty() && !self.read_to_the_end {
            let limit = i64::try_from(READ_AHEAD).unwrap_or(i64::MAX);
            // A NUL cannot be sent to PostgreSQL: "after x" is read as "from x", without x.
            let start = from.trim_end_matches('\0');
            let ids = key_rows::holders_from(tx, domain, name, &self.digest, start, limit)?;
            self.read_to_the_end = ids.len() < READ_AHEAD;
            self.ahead
                .extend(ids.into_iter().filter(|id| id.as_str() >= from));
        }
        Ok(self.ahead.front().map(String::as_str))
    }
}

fn streams(
    tx: &mut Tx<'_>,
    domain: &DomainRef,
    criteria: &[Criterion],
) -> Result<Vec<Stream>, Error> {
    let mut streams = Vec::new();
    for criterion in criteria {
        let content_types = content_types(tx, domain, &criterion.name)?;
        let mut digests: Vec<[u8; 32]> = criterion
            .values
            .iter()
            .filter_map(|value| keys::searched(&content_types, value))
            .map(|value| keys::digest(&value))
            .collect();
        digests.sort_unstable();
        digests.dedup();
        let value = |digest| Value {
            digest,
            ahead: VecDeque::new(),
            read_to_the_end: false,
        };
        streams.push(Stream {
            name: criterion.name.clone(),
            values: digests.into_iter().map(value).collect(),
        });
    }
    Ok(streams)
}

/// How the values of a key compare: as its name is predefined, else as the domain's types have
/// it, else as they are.
pub(super) fn content_types(
    tx: &mut Tx<'_>,
    domain: &DomainRef,
    name: &str,
) -> Result<Vec<ContentType>, Error> {
    if let Some(predefined) = keys::predefined_content_type(name) {
        return Ok(vec![predefined]);
    }
    for row in domain_rows::object_types_after(tx, domain, "", OBJECT_TYPES_MAX)? {
        if let Some(content_types) = row.definition.key_content_types(name) {
            return Ok(content_types);
        }
    }
    let implicit = TEMPLATES
        .iter()
        .find_map(|each| each.definition().key_content_types(name));
    Ok(implicit.unwrap_or_else(|| vec![ContentType::String]))
}

/// Profiles by pairs of a key (or the name of a standard field with a key) and a value, of which
/// all or any must hold; the oldest first. `None` if so many had to be looked at that it was given up.
pub fn find(
    tx: &mut Tx<'_>,
    domain: &DomainRef,
    criteria: &[(String, String)],
    all: bool,
    limit: usize,
) -> Result<Option<Vec<Profile>>, Error> {
    let criteria: Vec<Criterion> = criteria
        .iter()
        .map(|(name, value)| Criterion {
            name: key_of_field(name).to_owned(),
            values: vec![value.clone()],
        })
        .collect();
    let (found, rest) = search(tx, domain, &criteria, all, "", limit, FIND_LOOKED_AT_MAX)?;
    let is_whole = rest.is_none() || found.len() == limit;
    Ok(is_whole.then(|| found.into_iter().map(|found| found.profile).collect()))
}

/// The key over a standard field; another name is a key itself.
fn key_of_field(name: &str) -> &str {
    match name {
        "ProfileId" | "profileId" => keys::PROFILE_ID,
        "AccountNumber" => "_account",
        "FullName" => "_fullName",
        "PhoneNumber" | "MobilePhoneNumber" | "HomePhoneNumber" | "BusinessPhoneNumber" => "_phone",
        "EmailAddress" | "PersonalEmailAddress" | "BusinessEmailAddress" => "_email",
        other => other,
    }
}
