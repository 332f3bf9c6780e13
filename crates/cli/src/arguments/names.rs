//! Names of the interface as the command line spells them: `InstanceId` is `--instance-id`.

/// The name in lower case with dashes between its words.
pub(crate) fn dashed(name: &str) -> String {
    if name.contains('-') {
        return name.to_owned();
    }
    split_ends(&split_words(&plural(name))).to_lowercase()
}

/// `ListenerARNs` ends in one word, not in `AR-Ns`.
fn plural(name: &str) -> String {
    let Some(stem) = name.strip_suffix('s') else {
        return name.to_owned();
    };
    let capitals = stem
        .bytes()
        .rev()
        .take_while(u8::is_ascii_uppercase)
        .count();
    if capitals < 2 {
        return name.to_owned();
    }
    let (head, tail) = stem.split_at(stem.len() - capitals);
    format!("{head}-{}s", tail.to_lowercase())
}

/// Separates a capital and the small letters after it from what stands before.
fn split_words(name: &str) -> String {
    let letters: Vec<char> = name.chars().collect();
    let mut out = String::with_capacity(name.len() + 8);
    let mut at = 0;
    while at < letters.len() {
        out.push(letters[at]);
        let word = at + 2 < letters.len()
            && letters[at + 1].is_ascii_uppercase()
            && letters[at + 2].is_ascii_lowercase();
        at += 1;
        if word {
            out.push('-');
            out.push(letters[at]);
            at += 1;
            while at < letters.len() && letters[at].is_ascii_lowercase() {
                out.push(letters[at]);
                at += 1;
            }
        }
    }
    out
}

/// Separates a capital from a small letter or digit before it.
fn split_ends(name: &str) -> String {
    let mut out = String::with_capacity(name.len() + 8);
    let mut last = None;
    for letter in name.chars() {
        if letter.is_ascii_uppercase()
            && last.is_some_and(|c: char| c.is_ascii_lowercase() || c.is_ascii_digit())
        {
            out.push('-');
        }
        out.push(letter);
        last = Some(letter);
    }
    out
}

/// Whether the dashed name could be that of `name`: a quick look before the exact one.
pub(crate) fn resembles(dashed: &str, name: &str) -> bool {
    let plain = |c: &u8| *c != b'-';
    let left = dashed.bytes().filter(plain);
    let right = name.bytes().filter(plain).map(|c| c.to_ascii_lowercase());
    left.eq(right)
}

#[cfg(test)]
mod tests {
    use super::dashed;

    #[test]
    fn names_are_spelled_as_the_command_line_does() {
        for (name, spelled) in [
            (
                "UpdateParticipantAuthentication",
                "update-participant-authentication",
            ),
            ("InstanceId", "instance-id"),
            ("SAMLProviderARNs", "saml-provider-arns"),
            ("ListUserPoolMFAConfig", "list-user-pool-mfa-config"),
            ("ProviderARN", "provider-arn"),
            ("S3Config", "s3-config"),
            ("URL", "url"),
            ("nextToken", "next-token"),
        ] {
            assert_eq!(dashed(name), spelled);
        }
        assert!(super::resembles("provider-arns", "ProviderARNs"));
    }
}
