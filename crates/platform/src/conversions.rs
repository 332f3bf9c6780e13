//! The conversions by which `?` gives on what went wrong further down.

/// Converts what members of an enumeration hold into the enumeration.
///
/// ```
/// enum Refusal {
///     Unknown,
///     Fault(std::fmt::Error),
/// }
///
/// signback_platform::conversions!(Refusal: Fault(std::fmt::Error));
///
/// fn written(text: &mut String) -> Result<(), Refusal> {
///     Ok(std::fmt::Write::write_str(text, "text")?)
/// }
/// ```
#[macro_export]
macro_rules! conversions {
    ($whole:ident: $($member:ident($part:ty)),+ $(,)?) => {$(
        impl From<$part> for $whole {
            fn from(part: $part) -> Self {
                Self::$member(part)
            }
        }
    )+};
}
