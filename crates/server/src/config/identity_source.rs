//! `[[identity_source]]`: a provider outside, behind a user pool's ARN.

use signback_platform::settings::IdentitySource;

/// Reads one table.
///
/// # Errors
/// The first key that is unknown, missing or of another form.
pub(super) fn identity_source(table: &toml::Table) -> Result<IdentitySource, String> {
    let source: IdentitySource = table
        .clone()
        .try_into()
        .map_err(|error: toml::de::Error| error.message().to_owned())?;
    // RFC 6749 §3.3: a scope is visible ASCII without the quotation mark and the backslash.
    let is_scope = |scope: &String| {
        let allowed = |byte: u8| byte.is_ascii_graphic() && !matches!(byte, b'"' | b'\\');
        !scope.is_empty() && scope.bytes().all(allowed)
    };
    if source.scopes.iter().flatten().all(is_scope) {
        Ok(source)
    } else {
        Err("scopes must be a list of words, each one scope".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use signback_platform::settings::Userinfo;

    use super::*;

    fn read(text: &str) -> Result<IdentitySource, String> {
        let named = format!("user_pool_arn = \"arn:p\"\nissuer = \"https://id.example\"\n{text}");
        identity_source(&named.parse().unwrap())
    }

    #[test]
    fn what_is_not_said_is_left_to_the_provider() {
        let source = read("").unwrap();
        assert_eq!((source.scopes, source.userinfo), (None, Userinfo::Auto));
        let source = read("scopes = [\"openid\", \"api://x/y\"]\nuserinfo = \"never\"").unwrap();
        assert_eq!(source.userinfo, Userinfo::Never);
        assert_eq!(source.scopes.unwrap(), ["openid", "api://x/y"]);
    }

    #[test]
    fn a_problem_names_the_key() {
        for (text, word) in [
            ("scopes = \"openid\"", "sequence"),
            ("scopes = [\"openid email\"]", "scopes"),
            ("userinfo = \"always\"", "always"),
            ("token_url = \"https://id.example\"", "token_url"),
        ] {
            let problem = read(text).unwrap_err();
            assert!(problem.contains(word), "{text}: {problem}");
        }
        assert!(
            identity_source(&toml::Table::new())
                .unwrap_err()
                .contains("user_pool_arn")
        );
    }
}
