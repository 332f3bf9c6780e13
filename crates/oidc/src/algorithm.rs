//! The signature algorithms that are accepted. `none` and the HMAC family are not among them and
//! cannot be named.

use aws_lc_rs::rsa::PublicKeyComponents;
use aws_lc_rs::signature::{
    self, EcdsaVerificationAlgorithm, RsaParameters, UnparsedPublicKey, VerificationAlgorithm,
};
use sha2::{Digest, Sha256, Sha384, Sha512};

use crate::jwk::{Curve, Material};

/// An asymmetric signature algorithm of RFC 7518 or RFC 8037.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Algorithm {
    /// RSASSA-PKCS1-v1_5 with SHA-256.
    Rs256,
    /// RSASSA-PKCS1-v1_5 with SHA-384.
    Rs384,
    /// RSASSA-PKCS1-v1_5 with SHA-512.
    Rs512,
    /// RSASSA-PSS with SHA-256.
    Ps256,
    /// RSASSA-PSS with SHA-384.
    Ps384,
    /// RSASSA-PSS with SHA-512.
    Ps512,
    /// ECDSA on P-256 with SHA-256.
    Es256,
    /// ECDSA on P-384 with SHA-384.
    Es384,
    /// ECDSA on P-521 with SHA-512.
    Es512,
    /// Ed25519.
    EdDsa,
}

impl Algorithm {
    /// All that can be verified.
    pub const ALL: [Self; 10] = [
        Self::Rs256,
        Self::Rs384,
        Self::Rs512,
        Self::Ps256,
        Self::Ps384,
        Self::Ps512,
        Self::Es256,
        Self::Es384,
        Self::Es512,
        Self::EdDsa,
    ];

    /// The name in a token's header and in a discovery document.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Rs256 => "RS256",
            Self::Rs384 => "RS384",
            Self::Rs512 => "RS512",
            Self::Ps256 => "PS256",
            Self::Ps384 => "PS384",
            Self::Ps512 => "PS512",
            Self::Es256 => "ES256",
            Self::Es384 => "ES384",
            Self::Es512 => "ES512",
            Self::EdDsa => "EdDSA",
        }
    }

    /// The algorithm of that name, if it is one that can be verified. `Ed25519` is RFC 9864's name
    /// for the one curve that `EdDSA` stands for here.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        if name == "Ed25519" {
            return Some(Self::EdDsa);
        }
        Self::ALL
            .into_iter()
            .find(|algorithm| algorithm.name() == name)
    }

    /// The digest that `at_hash` is made with.
    pub(crate) fn digest(self, bytes: &[u8]) -> Vec<u8> {
        match self {
            Self::Rs256 | Self::Ps256 | Self::Es256 => Sha256::digest(bytes).to_vec(),
            Self::Rs384 | Self::Ps384 | Self::Es384 => Sha384::digest(bytes).to_vec(),
            // Ed25519 hashes with SHA-512 inside, and OpenID providers follow it.
            Self::Rs512 | Self::Ps512 | Self::Es512 | Self::EdDsa => Sha512::digest(bytes).to_vec(),
        }
    }

    /// Whether a key of that form can be used with this algorithm.
    pub(crate) fn fits(self, material: &Material) -> bool {
        match self {
            Self::Rs256 | Self::Rs384 | Self::Rs512 | Self::Ps256 | Self::Ps384 | Self::Ps512 => {
                matches!(material, Material::Rsa { .. })
            }
            Self::Es256 => matches!(
                material,
                Material::Ec {
                    curve: Curve::P256,
                    ..
                }
            ),
            Self::Es384 => matches!(
                material,
                Material::Ec {
                    curve: Curve::P384,
                    ..
                }
            ),
            Self::Es512 => matches!(
                material,
                Material::Ec {
                    curve: Curve::P521,
                    ..
                }
            ),
            Self::EdDsa => matches!(material, Material::Ed25519 { .. }),
        }
    }

    /// Whether the signature is the key's over the message.
    pub(crate) fn verify(self, material: &Material, message: &[u8], signature: &[u8]) -> bool {
        match self {
            Self::Rs256 => rsa(
                &signature::RSA_PKCS1_2048_8192_SHA256,
                material,
                message,
                signature,
            ),
            Self::Rs384 => rsa(
                &signature::RSA_PKCS1_2048_8192_SHA384,
                material,
                message,
                signature,
            ),
            Self::Rs512 => rsa(
                &signature::RSA_PKCS1_2048_8192_SHA512,
                material,
                message,
                signature,
            ),
            Self::Ps256 => rsa(
                &signature::RSA_PSS_2048_8192_SHA256,
                material,
                message,
                signature,
            ),
            Self::Ps384 => rsa(
                &signature::RSA_PSS_2048_8192_SHA384,
                material,
                message,
                signature,
            ),
            Self::Ps512 => rsa(
                &signature::RSA_PSS_2048_8192_SHA512,
                material,
                message,
                signature,
            ),
            Self::Es256 => ecdsa(
                &signature::ECDSA_P256_SHA256_FIXED,
                material,
                message,
                signature,
            ),
            Self::Es384 => ecdsa(
                &signature::ECDSA_P384_SHA384_FIXED,
                material,
                message,
                signature,
            ),
            Self::Es512 => ecdsa(
                &signature::ECDSA_P521_SHA512_FIXED,
                material,
                message,
                signature,
            ),
            Self::EdDsa => ed25519(material, message, signature),
        }
    }
}

fn rsa(parameters: &RsaParameters, material: &Material, message: &[u8], signature: &[u8]) -> bool {
    let Material::Rsa { n, e } = material else {
        return false;
    };
    PublicKeyComponents { n, e }
        .verify(parameters, message, signature)
        .is_ok()
}

fn ecdsa(
    algorithm: &'static EcdsaVerificationAlgorithm,
    material: &Material,
    message: &[u8],
    signature: &[u8],
) -> bool {
    let Material::Ec { x, y, .. } = material else {
        return false;
    };
    // The uncompressed point of SEC 1 §2.3.3.
    let point: Vec<u8> = [&[4][..], x, y].concat();
    raw(algorithm, &point, message, signature)
}

fn ed25519(material: &Material, message: &[u8], signature: &[u8]) -> bool {
    let Material::Ed25519 { x } = material else {
        return false;
    };
    raw(&signature::ED25519, x, message, signature)
}

fn raw(
    algorithm: &'static dyn VerificationAlgorithm,
    key: &[u8],
    message: &[u8],
    signature: &[u8],
) -> bool {
    UnparsedPublicKey::new(algorithm, key)
        .verify(message, signature)
        .is_ok()
}
