//! The private half: an RSA 2048 key that signs RS256, as Cognito's pools do.

use std::fmt;

use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{KeyPair, RSA_PKCS1_SHA256, RsaKeyPair};
use serde_json::{Map, Value, json};
use thiserror::Error;
use zeroize::Zeroizing;

use crate::encoding::to_base64url;
use crate::{Algorithm, Jwk};

/// What can go wrong with a signing key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum KeyError {
    /// The generator failed.
    #[error("an RSA key could not be generated")]
    Generate,
    /// The bytes are not an RSA private key in PKCS#8.
    #[error("the bytes are not an RSA private key in PKCS#8")]
    Malformed,
    /// The library refused to sign or to encode.
    #[error("the RSA key could not be used")]
    Use,
}

/// An RSA key pair with its id.
pub struct SigningKey {
    kid: String,
    pair: RsaKeyPair,
}

impl SigningKey {
    /// Generates a key of 2048 bits. This takes 50 to 300 ms of CPU: keep it off threads that serve.
    pub fn generate(kid: impl Into<String>) -> Result<Self, KeyError> {
        let pair = RsaKeyPair::generate(KeySize::Rsa2048).map_err(|_| KeyError::Generate)?;
        Ok(Self {
            kid: kid.into(),
            pair,
        })
    }

    /// Reads a key that [`Self::to_pkcs8`] wrote.
    pub fn from_pkcs8(kid: impl Into<String>, der: &[u8]) -> Result<Self, KeyError> {
        let pair = RsaKeyPair::from_pkcs8(der).map_err(|_| KeyError::Malformed)?;
        Ok(Self {
            kid: kid.into(),
            pair,
        })
    }

    /// The private key in PKCS#8. Seal it before it is stored.
    pub fn to_pkcs8(&self) -> Result<Zeroizing<Vec<u8>>, KeyError> {
        let der: Pkcs8V1Der<'static> = self.pair.as_der().map_err(|_| KeyError::Use)?;
        Ok(Zeroizing::new(der.as_ref().to_vec()))
    }

    /// The key's id.
    #[must_use]
    pub fn kid(&self) -> &str {
        &self.kid
    }

    /// The public half.
    #[must_use]
    pub fn jwk(&self) -> Jwk {
        let public = self.pair.public_key();
        Jwk::rsa(
            &self.kid,
            public.modulus().big_endian_without_leading_zero(),
            public.exponent().big_endian_without_leading_zero(),
        )
    }

    /// Issues a token: the claims, signed with RS256, in the compact form.
    pub fn issue(&self, claims: &Map<String, Value>) -> Result<String, KeyError> {
        let header = json!({ "kid": self.kid, "alg": Algorithm::Rs256.name() });
        self.sign(&header, &Value::Object(claims.clone()))
    }

    /// Signs any header and payload; tests use it to make tokens that nobody should issue.
    pub fn sign(&self, header: &Value, payload: &Value) -> Result<String, KeyError> {
        let mut token = to_base64url(header.to_string().as_bytes());
        token.push('.');
        token.push_str(&to_base64url(payload.to_string().as_bytes()));
        let mut signature = vec![0; self.pair.public_modulus_len()];
        self.pair
            .sign(
                &RSA_PKCS1_SHA256,
                &SystemRandom::new(),
                token.as_bytes(),
                &mut signature,
            )
            .map_err(|_| KeyError::Use)?;
        token.push('.');
        token.push_str(&to_base64url(&signature));
        Ok(token)
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SigningKey")
            .field("kid", &self.kid)
            .finish_non_exhaustive()
    }
}
