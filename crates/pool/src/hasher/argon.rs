//! Argon2id in memory that somebody else keeps.

use argon2::password_hash::phc::{Output, ParamsString, PasswordHash, Salt};
use argon2::{Algorithm, Argon2, Block, Params, Version};
use subtle::ConstantTimeEq;

/// What a hash costs: 19 MiB and two passes, the least that OWASP's cheat sheet asks of argon2id.
pub(super) const COST: Cost = Cost {
    kibibytes: 19 * 1024,
    passes: 2,
};
/// A hash that no password has, of the same cost as real ones.
pub(super) const NOBODY: &str = "$argon2id$v=19$m=19456,t=2,p=1$c2lnbmJhY2svbm9ib2R5$\
    VwOB0t3V2ZMJn0RHDb0aU9y2ROhpnXOIDdfVmNrOQ4U";

/// What hashing costs; tests hash for less.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cost {
    pub(super) kibibytes: u32,
    pub(super) passes: u32,
}

impl Cost {
    pub(super) fn params(self) -> Params {
        Params::new(self.kibibytes, self.passes, 1, None).expect("the cost is within the limits")
    }
}

/// The blocks that one hash at a time works in.
pub(super) type Memory = Vec<Block>;

/// A password's hash in the PHC form; `None` when the parts do not fit.
pub(super) fn phc(
    params: &Params,
    password: &[u8],
    salt: &[u8],
    memory: &mut Memory,
) -> Option<String> {
    let mut digest = [0; Params::DEFAULT_OUTPUT_LEN];
    derive(params, password, salt, &mut digest, memory)?;
    let hash = PasswordHash {
        algorithm: Algorithm::Argon2id.ident(),
        version: Some(Version::V0x13.into()),
        params: ParamsString::try_from(params).ok()?,
        salt: Some(Salt::new(salt).ok()?),
        hash: Some(Output::new(&digest).ok()?),
    };
    Some(hash.to_string())
}

/// Whether the password has this hash; one that cannot be read is nobody's.
pub(super) fn matches(password: &[u8], hash: &str, memory: &mut Memory) -> bool {
    let mut compare = || {
        let hash = PasswordHash::new(hash).ok()?;
        let is_ours = hash.algorithm == Algorithm::Argon2id.ident()
            && hash.version == Some(Version::V0x13.into());
        let params = Params::try_from(&hash).ok().filter(|_| is_ours)?;
        let expected = hash.hash?;
        let mut digest = [0; Output::MAX_LENGTH];
        let digest = digest.get_mut(..expected.len())?;
        derive(&params, password, &hash.salt?, digest, memory)?;
        Some(digest.ct_eq(expected.as_bytes()).into())
    };
    compare().unwrap_or(false)
}

/// Runs argon2id in the memory, which grows for a hash that was made at a higher cost.
fn derive(
    params: &Params,
    password: &[u8],
    salt: &[u8],
    digest: &mut [u8],
    memory: &mut Memory,
) -> Option<()> {
    if memory.len() < params.block_count() {
        memory.resize(params.block_count(), Block::new());
    }
    let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params.clone());
    argon2
        .hash_password_into_with_memory(password, salt, digest, memory)
        .ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hash_of_nobody_costs_as_much_as_a_real_one() {
        let hash = PasswordHash::new(NOBODY).unwrap();
        let params = Params::try_from(&hash).unwrap();
        assert_eq!(params.block_count(), COST.params().block_count());
        assert_eq!(params.t_cost(), COST.passes);
        assert_eq!(hash.hash.unwrap().len(), Params::DEFAULT_OUTPUT_LEN);
    }
}
