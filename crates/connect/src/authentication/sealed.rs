//! A secret of a sign-in as its row holds it.

use super::rows::TABLE;
use signback_platform::ids::SignInId;
use signback_platform::secret::Secret;
use signback_platform::store::{self, Bind, Cells, FromRow, Param, Place, Tx};

/// A secret that opens only as the column of the sign-in it was sealed for.
#[derive(Clone)]
pub struct Sealed(Vec<u8>);

impl Sealed {
    /// Seals `secret` for a column of a sign-in.
    pub(super) fn seal(tx: &Tx<'_>, id: &SignInId, column: &str, secret: &str) -> Self {
        Self(tx.seal(place(id, column), secret.as_bytes()))
    }

    /// Opens it again.
    pub(super) fn open(
        &self,
        tx: &Tx<'_>,
        id: &SignInId,
        column: &str,
    ) -> Result<Secret, store::Error> {
        let plain = tx.unseal(place(id, column), &self.0)?;
        let text = std::str::from_utf8(&plain).map_err(|_| store::Error::Corrupt {
            what: "secret of a sign-in",
        })?;
        Ok(Secret::new(text))
    }

    /// Takes what a row holds.
    pub(super) const fn from_stored(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }
}

impl Bind for Sealed {
    const NULL: Param<'static> = Param::OptionalBytes(None);

    fn bind(&self) -> Param<'_> {
        Param::Bytes(&self.0)
    }
}

impl FromRow for Sealed {
    fn read(cells: &mut Cells) -> Result<Self, store::Error> {
        FromRow::read(cells).map(Self::from_stored)
    }
}

impl std::fmt::Debug for Sealed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Sealed")
    }
}

fn place<'a>(id: &'a SignInId, column: &'a str) -> Place<'a> {
    Place {
        table: TABLE,
        column,
        row: id.as_str(),
    }
}
