//! Types with a text form in JSON.

use serde::de::Error;
use serde::{Deserialize, Deserializer};

/// Deserializes a text and parses it.
pub fn read<'de, D, T>(deserializer: D, read: impl FnOnce(&str) -> Option<T>) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
{
    let text = String::deserialize(deserializer)?;
    read(&text).ok_or_else(|| D::Error::custom(format_args!("unknown value {text:?}")))
}

/// Implements serialization as the text that `$write` returns.
macro_rules! serde_as_text {
    ($type:ident, $write:expr, $read:expr) => {
        impl serde::Serialize for $type {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                let write: fn($type) -> _ = $write;
                serializer.serialize_str(write(*self).as_ref())
            }
        }

        impl<'de> serde::Deserialize<'de> for $type {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                $crate::enum_text::read(deserializer, $read)
            }
        }
    };
}
pub(crate) use serde_as_text;
