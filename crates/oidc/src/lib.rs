//! OpenID Connect as values: keys, tokens, PKCE, discovery documents, grants.
//!
//! Both ends are here, because both are ours: the user pool issues what the sign-in verifies.
//! Nothing in this crate does I/O or reads a clock; time is a number of seconds that the caller
//! passes. The one source of randomness is the generation of RSA keys, which the cryptographic
//! library does with its own generator.
//!
//! * [`SigningKey`] and [`Jwks`]: the two halves of a key.
//! * [`verify_id_token`]: every check a relying party owes, each with its own [`TokenRefusal`].
//! * [`Verifier`] and [`Challenge`]: PKCE.
//! * [`Discovery`]: the provider's metadata document.
//! * [`TokenRequest`], [`TokenResponse`], [`TokenErrorCode`]: the token endpoint.

mod algorithm;
mod discovery;
mod encoding;
mod grant;
mod json;
mod jwk;
mod pkce;
mod secret;
mod signing;
#[cfg(test)]
mod tests;
mod token;
mod verify;

pub use algorithm::Algorithm;
pub use discovery::{Discovery, DiscoveryRefusal, is_secure_endpoint};
pub use grant::{
    AuthorizationErrorCode, ClientAuthentication, Grant, ProviderSaid, RequestRefusal,
    ResponseRefusal, TokenError, TokenErrorCode, TokenRequest, TokenResponse,
};
pub use json::strict_object;
pub use jwk::{Jwk, Jwks, JwksRefusal, KEYS_MAX};
pub use pkce::{Challenge, Verifier};
pub use secret::Secret;
pub use signing::{KeyError, SigningKey};
pub use token::{TOKEN_BYTES_MAX, at_hash};
pub use verify::{
    AccessExpectations, Claims, Expectations, OtherIssuer, TokenRefusal, verify_access_token,
    verify_id_token,
};
