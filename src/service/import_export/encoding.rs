//! Detects files that are not JSON Lines in UTF-8 by their first bytes, so that the import reports one error instead of
//! one per line.

use std::fmt;

/// The number of bytes that are inspected.
pub const MAGIC_BYTES: u64 = 8;

/// A format other than JSON Lines in UTF-8.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UnsupportedFormat {
    /// The name of the encoding, as `iconv` knows it.
    Wide(&'static str),
    /// The compression format, and the command that decompresses it.
    Packed(&'static str, &'static str),
    /// A ZIP archive, or a spreadsheet workbook, which is a ZIP archive.
    Archive,
    /// One JSON array of all records.
    JsonArray,
}

/// The magic bytes of compressed files.
const PACKED: [(&[u8], UnsupportedFormat); 5] = [
    (b"\x1f\x8b", UnsupportedFormat::Packed("gzip", "gunzip -c")),
    (b"\x28\xb5\x2f\xfd", UnsupportedFormat::Packed("Zstandard", "zstd -dc")),
    (b"\xfd7zXZ\0", UnsupportedFormat::Packed("xz", "xz -dc")),
    (b"BZh", UnsupportedFormat::Packed("bzip2", "bunzip2 -c")),
    (b"PK\x03\x04", UnsupportedFormat::Archive),
];

/// The byte order marks of UTF-16 and UTF-32, longer ones first.
const MARKS: [(&[u8], &str); 4] =
    [(b"\xff\xfe\0\0", "UTF-32"), (b"\0\0\xfe\xff", "UTF-32"), (b"\xff\xfe", "UTF-16"), (b"\xfe\xff", "UTF-16")];

/// Detects the format of a file that begins with `start`; `None` if it can be JSON Lines in UTF-8.
#[must_use]
pub fn detect(start: &[u8]) -> Option<UnsupportedFormat> {
    let packed = PACKED.iter().find(|(mark, _)| start.starts_with(mark)).map(|(_, packed)| *packed);
    let marked =
        || MARKS.iter().find(|(mark, _)| start.starts_with(mark)).map(|(_, name)| UnsupportedFormat::Wide(name));
    let text = start.strip_prefix("\u{feff}".as_bytes()).unwrap_or(start).trim_ascii_start();
    let array = || text.starts_with(b"[").then_some(UnsupportedFormat::JsonArray);
    packed.or_else(marked).or_else(|| unmarked(start).map(UnsupportedFormat::Wide)).or_else(array)
}

/// JSON begins with ASCII characters, which have zero bytes next to them in UTF-16 and UTF-32.
fn unmarked(start: &[u8]) -> Option<&'static str> {
    match *start.get(..4)? {
        [a, 0, 0, 0] if a > 0 => Some("UTF-32LE"),
        [0, 0, 0, a] if a > 0 => Some("UTF-32BE"),
        [a, 0, b, 0] if a > 0 && b > 0 => Some("UTF-16LE"),
        [0, a, 0, b] if a > 0 && b > 0 => Some("UTF-16BE"),
        _ => None,
    }
}

/// The format, and how to convert it to UTF-8.
impl fmt::Display for UnsupportedFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Wide(name) => {
                let family = name.trim_end_matches("LE").trim_end_matches("BE");
                write!(f, "the file is {family}, not UTF-8: convert it with `iconv -f {name} -t UTF-8`")
            }
            Self::Packed(name, program) => {
                write!(f, "the file is compressed with {name}: unpack it with `{program} FILE | syllabus import -`")
            }
            Self::Archive => {
                f.write_str("the file is a ZIP archive or a workbook, not JSON Lines: unpack or export it first")
            }
            Self::JsonArray => f.write_str(
                "the file is a JSON array, not JSON Lines: write one record per line, for example with `jq -c '.[]'`",
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encodings_are_detected_by_their_first_bytes() {
        let wide = |text: &str, unit: fn(u16) -> [u8; 2]| text.encode_utf16().flat_map(unit).collect::<Vec<u8>>();
        for (start, encoding) in [
            (wide("\u{feff}{", u16::to_le_bytes), Some(UnsupportedFormat::Wide("UTF-16"))),
            (wide("\u{feff}{\"", u16::to_be_bytes), Some(UnsupportedFormat::Wide("UTF-16"))),
            (wide("{\"", u16::to_le_bytes), Some(UnsupportedFormat::Wide("UTF-16LE"))),
            (wide("\n{", u16::to_be_bytes), Some(UnsupportedFormat::Wide("UTF-16BE"))),
            (b"\xff\xfe\0\0{\0\0\0".to_vec(), Some(UnsupportedFormat::Wide("UTF-32"))),
            (b"\0\0\0{\0\0\0\"".to_vec(), Some(UnsupportedFormat::Wide("UTF-32BE"))),
            (b"{\0\0\0\"\0\0\0".to_vec(), Some(UnsupportedFormat::Wide("UTF-32LE"))),
            (b"\x1f\x8b\x08".to_vec(), Some(UnsupportedFormat::Packed("gzip", "gunzip -c"))),
            (b"PK\x03\x04".to_vec(), Some(UnsupportedFormat::Archive)),
            (b"".to_vec(), None),
            (b"{".to_vec(), None),
            (b"\xef\xbb\xbf{}".to_vec(), None),
            (b"{}\0\0".to_vec(), None),
            (b"\0\0\0\0".to_vec(), None),
        ] {
            assert_eq!(detect(&start), encoding, "{start:?}");
        }
    }
}
