//! Which profile an object belongs to.

use super::mapping::{Mapped, MappedKey};
use super::voucher::Voucher;
use crate::profile::Trust;
use signback_platform::ids::ProfileId;
use signback_platform::settings::Matching;

/// A key value that is looked up, and how far the profile's side must be relied on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Candidate {
    pub(crate) name: String,
    pub(crate) value: String,
    pub(crate) trust_min: Trust,
}

/// The key values to look up, in order.
///
/// An identity is tried first and settles the matter. Otherwise nobody is attached by a value that
/// nobody vouches for, on either side; a customer who signs in is attached only by values that
/// compare without a guess. AWS's documented matching knows no such difference, and no identity.
pub(crate) fn candidates(
    mapped: &Mapped,
    identity: Option<Candidate>,
    voucher: &Voucher,
    matching: Matching,
) -> Vec<Candidate> {
    let (trust_min, counts): (Trust, fn(&MappedKey) -> bool) = match (matching, voucher) {
        (Matching::Aws, _) => (Trust::Claimed, |_| true),
        (Matching::Verified, Voucher::Caller) => (Trust::Stated, |_| true),
        (Matching::Verified, Voucher::SignIn(_)) => (Trust::Exact, |key| key.trust == Trust::Exact),
    };
    let keys = mapped
        .finding()
        .filter(|key| counts(key))
        .map(|key| Candidate {
            name: key.name.clone(),
            value: key.value.clone(),
            trust_min,
        });
    identity.into_iter().chain(keys).collect()
}

/// The profile that the first unambiguous candidate finds. A value that several profiles have
/// attaches to none of them; `holders` gives up to two.
pub(crate) fn resolve<E>(
    candidates: &[Candidate],
    mut holders: impl FnMut(&Candidate) -> Result<Vec<ProfileId>, E>,
) -> Result<Option<ProfileId>, E> {
    for candidate in candidates {
        if let [only] = holders(candidate)?.as_slice() {
            return Ok(Some(only.clone()));
        }
    }
    Ok(None)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn candidate(name: &str) -> Candidate {
        Candidate {
            name: name.to_owned(),
            value: "v".to_owned(),
            trust_min: Trust::Claimed,
        }
    }

    fn resolved(holders: &[&[&str]]) -> Option<String> {
        let candidates: Vec<Candidate> = (0..holders.len())
            .map(|n| candidate(&n.to_string()))
            .collect();
        resolve(&candidates, |candidate| {
            let at: usize = candidate.name.parse().unwrap();
            Ok::<_, ()>(holders[at].iter().map(|id| ProfileId::new(*id)).collect())
        })
        .unwrap()
        .map(|id| id.as_str().to_owned())
    }

    #[test]
    fn the_first_single_match_wins_and_ambiguous_keys_are_ignored() {
        assert_eq!(resolved(&[&["a"], &["b"]]).as_deref(), Some("a"));
        assert_eq!(resolved(&[&["a", "b"], &["c"]]).as_deref(), Some("c"));
        assert_eq!(resolved(&[&[], &["a", "b"], &["b"]]).as_deref(), Some("b"));
        assert_eq!(resolved(&[&["a", "b"], &[]]), None);
        assert_eq!(resolved(&[]), None);
    }

    proptest! {
        #[test]
        fn an_ambiguous_or_missing_value_never_attaches(
            holders in proptest::collection::vec(proptest::collection::vec("[a-e]", 0..3), 0..6)
        ) {
            let sets: Vec<Vec<&str>> = holders
                .iter()
                .map(|set| set.iter().map(String::as_str).collect())
                .collect();
            let slices: Vec<&[&str]> = sets.iter().map(Vec::as_slice).collect();
            let expected = sets.iter().find(|set| set.len() == 1).map(|set| set[0].to_owned());
            prop_assert_eq!(resolved(&slices), expected);
        }
    }
}
