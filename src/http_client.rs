//! Failures of HTTP requests that the server sends: to caches, and to identity providers.

use std::error::Error;
use std::io;

use crate::db::describe_io_error;

/// Describes the root cause of a failure. The outer errors only say that the request failed.
#[must_use]
pub fn describe_error(error: &reqwest::Error) -> String {
    let mut cause: &dyn Error = error;
    while let Some(source) = cause.source() {
        cause = source;
    }
    cause.downcast_ref().map_or_else(|| cause.to_string(), describe_cause)
}

fn describe_cause(error: &io::Error) -> String {
    // TLS wraps its error in another one, and reports certificate problems as invalid data.
    match error.get_ref().and_then(|inner| inner.downcast_ref::<io::Error>()) {
        Some(inner) => describe_cause(inner),
        None if error.kind() == io::ErrorKind::InvalidData => {
            "its certificate is not signed by a trusted CA, has expired, or is for another host".to_owned()
        }
        None => describe_io_error(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_innermost_error_is_described() {
        let certificate = io::Error::new(io::ErrorKind::InvalidData, "invalid peer certificate: UnknownIssuer");
        for (error, reason) in [
            (
                io::Error::other(certificate),
                "its certificate is not signed by a trusted CA, has expired, or is for another host",
            ),
            (io::Error::other(io::Error::from_raw_os_error(111)), "connection refused"),
            (io::Error::other("failed to lookup address information: Name or service not known"), "no such host"),
        ] {
            assert_eq!(describe_cause(&error), reason);
        }
    }
}
