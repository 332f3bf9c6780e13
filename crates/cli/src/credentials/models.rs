//! The calls that sign-ins need. Their services are no commands, so their models hold nothing else.

use signback_wire::Service;

/// The portal that hands out keys for a sign-in's token.
const SSO: &[u8] = include_bytes!("models/sso.json");
/// The service that renews a sign-in's token.
const SSO_OIDC: &[u8] = include_bytes!("models/sso-oidc.json");
/// The service that renews the keys of a console session.
const SIGNIN: &[u8] = include_bytes!("models/signin.json");

/// The portal's model.
pub(super) fn sso() -> Service {
    open("sso", SSO)
}

/// The model of the service that renews tokens.
pub(super) fn sso_oidc() -> Service {
    open("sso-oidc", SSO_OIDC)
}

/// The model of the service that renews a console session.
pub(super) fn signin() -> Service {
    open("signin", SIGNIN)
}

fn open(name: &str, model: &[u8]) -> Service {
    Service::from_botocore(name, model, None).expect("the embedded models are well-formed")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_embedded_models_have_their_operation() {
        assert!(sso().operation("GetRoleCredentials").is_some());
        assert!(sso().operation("Logout").is_some());
        assert!(sso_oidc().operation("CreateToken").is_some());
        assert!(signin().operation("CreateOAuth2Token").is_some());
    }
}
