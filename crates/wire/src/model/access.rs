//! What the records of a model can answer.

use std::cmp::Ordering;

use serde_json::Number;

use super::record::{
    Bound, ErrorCase, ErrorTrait, Kind, Location, Member, Operation, Shape, Trait, Traits,
};

impl Operation {
    /// The error of that name or wire code, if the operation may answer with it.
    #[must_use]
    pub fn error(&self, name: &str) -> Option<&ErrorCase> {
        self.errors
            .iter()
            .find(|error| error.name == name || error.code == name)
    }
}

impl Shape {
    /// The members of a structure; nothing for other kinds.
    #[must_use]
    pub fn members(&self) -> &[Member] {
        match &self.kind {
            Kind::Structure { members, .. } => members,
            _ => &[],
        }
    }

    /// The member of a structure by its name in documents.
    #[must_use]
    pub fn member(&self, name: &str) -> Option<&Member> {
        self.members().iter().find(|member| member.name == name)
    }

    /// The required members, in the order in which they are missed.
    pub fn required(&self) -> impl Iterator<Item = &Member> {
        let required = match &self.kind {
            Kind::Structure { required, .. } => required.as_slice(),
            _ => &[],
        };
        required
            .iter()
            .map(|place| &self.members()[*place as usize])
    }

    /// The member that is the whole body, if there is one.
    #[must_use]
    pub fn payload(&self) -> Option<&Member> {
        self.members()
            .iter()
            .find(|member| member.has(Trait::Payload))
    }

    /// Whether the shape carries that mark.
    #[must_use]
    pub fn has(&self, mark: Trait) -> bool {
        self.traits.has(mark)
    }

    /// Whether values of this shape must not be shown.
    #[must_use]
    pub fn is_sensitive(&self) -> bool {
        self.has(Trait::Sensitive)
    }

    /// The code of an exception on the wire.
    #[must_use]
    pub fn error_code(&self) -> &str {
        let given = self
            .error
            .as_ref()
            .and_then(|ErrorTrait { code, .. }| code.as_deref());
        given.unwrap_or(&self.name)
    }
}

impl Member {
    /// The member's name on the wire.
    #[must_use]
    pub fn wire_name(&self) -> &str {
        self.location_name.as_deref().unwrap_or(&self.name)
    }

    /// Whether the member carries that mark.
    #[must_use]
    pub fn has(&self, mark: Trait) -> bool {
        self.traits.has(mark)
    }

    /// Whether the member must be given.
    #[must_use]
    pub fn is_required(&self) -> bool {
        self.has(Trait::Required)
    }

    /// Whether the member travels in the body without being the whole of it.
    #[must_use]
    pub fn is_in_body(&self) -> bool {
        self.location == Location::Body && !self.has(Trait::Payload)
    }
}

impl Traits {
    /// Whether the set holds that mark.
    #[must_use]
    pub fn has(self, mark: Trait) -> bool {
        self.0 & (1 << mark as u32) != 0
    }
}

impl Bound {
    /// Whether the number is less than the bound.
    #[must_use]
    pub fn exceeds(self, number: &Number) -> bool {
        self.compared(number) == Some(Ordering::Greater)
    }

    /// Whether the number is greater than the bound.
    #[must_use]
    pub fn is_exceeded_by(self, number: &Number) -> bool {
        self.compared(number) == Some(Ordering::Less)
    }

    fn compared(self, number: &Number) -> Option<Ordering> {
        match (self, number.as_i64(), number.as_f64()) {
            (Bound::Whole(bound), Some(whole), _) => Some(bound.cmp(&whole)),
            #[expect(
                clippy::cast_precision_loss,
                reason = "bounds beside fractions are small"
            )]
            (Bound::Whole(bound), None, Some(real)) => (bound as f64).partial_cmp(&real),
            (Bound::Real(bound), _, Some(real)) => bound.partial_cmp(&real),
            (_, _, None) => None,
        }
    }
}

impl std::fmt::Display for Bound {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Bound::Whole(number) => number.fmt(formatter),
            Bound::Real(number) => number.fmt(formatter),
        }
    }
}
