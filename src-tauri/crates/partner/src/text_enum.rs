//! Enums that the database and JSON know as text.

/// Defines enums with one text per variant, in the database and in JSON, and optionally a label that people read.
///
/// The texts have to be the variants in snake case, unless the variant has a `#[serde(rename)]`.
macro_rules! text_enum {
    (@label $name:ident { $($variant:ident, $label:literal)* }) => {
        impl $name {
            pub fn label(self) -> &'static str {
                match self { $($name::$variant => $label),* }
            }
        }
    };
    (@label $name:ident { $($variant:ident)* }) => {};
    ($($(#[$meta:meta])* $name:ident {
        $($(#[$variant_meta:meta])* $variant:ident = $text:literal $(, $label:literal)?)*
    })*) => {$(
        $(#[$meta])*
        #[derive(
            Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord,
            serde::Serialize, serde::Deserialize, specta::Type,
        )]
        #[serde(rename_all = "snake_case")]
        pub enum $name { $($(#[$variant_meta])* $variant),* }

        impl $name {
            #[allow(dead_code)] // Used for some of the enums.
            pub const ALL: &[$name] = &[$($name::$variant),*];

            pub fn as_str(self) -> &'static str {
                match self { $($name::$variant => $text),* }
            }

            pub fn parse(text: &str) -> Option<$name> {
                match text { $($text => Some($name::$variant),)* _ => None }
            }
        }

        $crate::text_enum::text_enum!(@label $name { $($variant $(, $label)?)* });

        impl rusqlite::ToSql for $name {
            fn to_sql(&self) -> rusqlite::Result<rusqlite::types::ToSqlOutput<'_>> {
                Ok(self.as_str().into())
            }
        }

        impl rusqlite::types::FromSql for $name {
            fn column_result(value: rusqlite::types::ValueRef<'_>) -> rusqlite::types::FromSqlResult<Self> {
                $name::parse(value.as_str()?).ok_or(rusqlite::types::FromSqlError::InvalidType)
            }
        }
    )*};
}
pub(crate) use text_enum;
