//! Words: an enumeration of which every member has one name, in the interface and in rows.

/// Declares an enumeration with the name of each member: `name`, `named`, and how it stands in
/// columns and parameters.
///
/// ```
/// signback_platform::words! {
///     /// What a light shows.
///     enum Light {
///         /// Stop.
///         Red = "RED",
///         /// Go.
///         Green = "GREEN",
///     }
/// }
///
/// assert_eq!(Light::Green.name(), "GREEN");
/// assert_eq!(Light::named("RED"), Some(Light::Red));
/// assert_eq!(Light::named("red"), None);
/// ```
#[macro_export]
macro_rules! words {
    (
        $(#[$attribute:meta])*
        $visible:vis enum $words:ident {
            $($(#[$doc:meta])* $word:ident = $name:literal),+ $(,)?
        }
    ) => {
        $(#[$attribute])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        $visible enum $words {
            $($(#[$doc])* $word,)+
        }

        impl $words {
            /// Its name.
            #[must_use]
            $visible const fn name(self) -> &'static str {
                match self {
                    $(Self::$word => $name,)+
                }
            }

            /// What has that name.
            #[must_use]
            $visible fn named(name: &str) -> Option<Self> {
                match name {
                    $($name => Some(Self::$word),)+
                    _ => None,
                }
            }
        }

        impl $crate::store::FromRow for $words {
            fn read(cells: &mut $crate::store::Cells) -> Result<Self, $crate::store::Error> {
                let name = <String as $crate::store::FromRow>::read(cells)?;
                Self::named(&name).ok_or($crate::store::Error::Corrupt {
                    what: stringify!($words),
                })
            }
        }

        impl $crate::store::Bind for $words {
            const NULL: $crate::store::Param<'static> = $crate::store::Param::OptionalText(None);

            fn bind(&self) -> $crate::store::Param<'_> {
                $crate::store::Param::Text(self.name())
            }
        }
    };
}
