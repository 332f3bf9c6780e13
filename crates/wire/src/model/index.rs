//! The packed bytes of a model, and the records that were read from them so far.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::OnceLock;

use serde::de::DeserializeOwned;

use super::record::Metadata;

/// Bytes of one entry of the index; see [`super::pack`] for the layout.
const ENTRY_BYTES: usize = 16;
/// Bytes before the first entry.
const HEADER_BYTES: usize = 8;
/// Records whose places are allocated together.
const CHUNK: usize = 64;

/// A packed model.
pub(super) struct Index {
    bytes: Cow<'static, [u8]>,
}

impl std::fmt::Debug for Index {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "Index({} bytes)", self.bytes.len())
    }
}

impl Index {
    pub(super) fn embedded(bytes: &'static [u8]) -> Index {
        Index {
            bytes: Cow::Borrowed(bytes),
        }
    }

    pub(super) fn owned(bytes: Vec<u8>) -> Index {
        Index {
            bytes: Cow::Owned(bytes),
        }
    }

    pub(super) fn metadata(&self) -> Metadata {
        self.record(0)
    }

    /// The entries of the operations.
    pub(super) fn operations(&self) -> Range<usize> {
        1..1 + self.number(0)
    }

    /// The entries of the shapes.
    pub(super) fn shapes(&self) -> Range<usize> {
        let start = self.operations().end;
        start..start + self.number(4)
    }

    /// The place within `entries` of the entry with that name.
    pub(super) fn find(&self, entries: &Range<usize>, name: &str) -> Option<usize> {
        let (mut low, mut high) = (entries.start, entries.end);
        while low < high {
            let middle = low.midpoint(high);
            match self.name(middle).cmp(name) {
                std::cmp::Ordering::Less => low = middle + 1,
                std::cmp::Ordering::Greater => high = middle,
                std::cmp::Ordering::Equal => return Some(middle - entries.start),
            }
        }
        None
    }

    pub(super) fn name(&self, entry: usize) -> &str {
        std::str::from_utf8(self.part(entry, 0)).expect("names were packed from text")
    }

    pub(super) fn record<T: DeserializeOwned>(&self, entry: usize) -> T {
        postcard::from_bytes(self.part(entry, 8)).expect("records were packed from the same types")
    }

    fn part(&self, entry: usize, column: usize) -> &[u8] {
        let at = HEADER_BYTES + entry * ENTRY_BYTES + column;
        let start = self.number(at);
        &self.bytes[start..start + self.number(at + 4)]
    }

    fn number(&self, at: usize) -> usize {
        let bytes = self.bytes[at..at + 4].try_into().expect("four bytes");
        u32::from_le_bytes(bytes) as usize
    }
}

/// Records that are read once, when first asked for. Two levels, so that opening a model with
/// thousands of shapes does not touch memory for each.
#[derive(Debug)]
pub(super) struct Records<T> {
    chunks: Box<[Chunk<T>]>,
}

/// The records of one chunk, once any of them was asked for.
type Chunk<T> = OnceLock<Box<[OnceLock<Box<T>>]>>;

impl<T> Records<T> {
    pub(super) fn new(count: usize) -> Records<T> {
        Records {
            chunks: (0..count.div_ceil(CHUNK))
                .map(|_| OnceLock::new())
                .collect(),
        }
    }

    pub(super) fn get(&self, place: usize, read: impl FnOnce() -> T) -> &T {
        let chunk = self.chunks[place / CHUNK]
            .get_or_init(|| (0..CHUNK).map(|_| OnceLock::new()).collect());
        chunk[place % CHUNK].get_or_init(|| Box::new(read()))
    }
}
